"""Who blocks whom: links between items, each end looked up where it stands."""

# An end has one key: with several columns to join by, an engine could begin with all pairs of ends of one dataset.
_KEY = "concat(coalesce(e.line_id, '-'), ' ', l.source, ' ', {name})"
BLOCKS = f"""told_links AS (
  SELECT l.id, l.item AS blocker, l.other AS item, l.source, e.line_id AS told_in, l.linked_at, l.unlinked_at,
         {_KEY.format(name="l.item")} AS blocker_key, {_KEY.format(name="l.other")} AS item_key
  FROM links AS l LEFT JOIN datasets AS e ON e.source = l.source AND e.dataset = l.repository
  WHERE l.kind = 'blocks'),
ends AS (
  SELECT item_key AS end_key, item AS name, source, told_in FROM told_links
  UNION SELECT blocker_key, blocker, source, told_in FROM told_links),
standing AS (
  SELECT DISTINCT n.end_key, f.line_id, coalesce(f.line_id = n.told_in, FALSE) AS is_own
  FROM ends AS n JOIN datasets AS d ON d.source = n.source
  JOIN flow_items AS f ON f.line_id = d.line_id AND f.item = n.name),
placed AS (
  SELECT end_key, line_id
  FROM (SELECT *, bool_or(is_own) OVER (PARTITION BY end_key) AS has_own FROM standing) AS s
  WHERE is_own OR NOT has_own),
blocks AS (
  SELECT DISTINCT l.id, a.line_id, l.item, b.line_id AS blocker_line_id, l.blocker, l.linked_at, l.unlinked_at
  FROM told_links AS l JOIN placed AS a ON a.end_key = l.item_key JOIN placed AS b ON b.end_key = l.blocker_key)"""
"""`blocks` has one row for each link and pair of items that it may be about.

A link speaks of items of its own dataset; where that has none of the name, as a table of links, of those of other
datasets of the tool. `blocks` and its like are read from one end only.
"""
