"""Who blocks whom: links between items, each end looked up where it stands."""

BLOCKS = """told_links AS (
  SELECT l.id, l.item AS blocker, l.other AS item, l.source, e.line_id AS told_in, l.linked_at, l.unlinked_at
  FROM links AS l LEFT JOIN datasets AS e ON e.source = l.source AND e.dataset = l.repository
  WHERE l.kind = 'blocks'),
ends AS (
  SELECT item AS name, source, told_in FROM told_links UNION SELECT blocker, source, told_in FROM told_links),
standing AS (
  SELECT DISTINCT n.name, n.source, n.told_in, f.line_id
  FROM ends AS n JOIN datasets AS d ON d.source = n.source
  JOIN flow_items AS f ON f.line_id = d.line_id AND f.item = n.name),
placed AS (
  SELECT s.name, s.source, s.told_in, s.line_id
  FROM standing AS s LEFT JOIN standing AS own
    ON own.name = s.name AND own.source = s.source AND own.told_in = s.told_in AND own.line_id = own.told_in
  WHERE own.name IS NULL OR s.line_id = s.told_in),
blocks AS (
  SELECT DISTINCT l.id, a.line_id, l.item, b.line_id AS blocker_line_id, l.blocker, l.linked_at, l.unlinked_at
  FROM told_links AS l
  JOIN placed AS a ON a.name = l.item AND a.source = l.source AND a.told_in IS NOT DISTINCT FROM l.told_in
  JOIN placed AS b ON b.name = l.blocker AND b.source = l.source AND b.told_in IS NOT DISTINCT FROM l.told_in)"""
"""`blocks` has one row for each link and pair of items that it may be about.

A link speaks of items of its own dataset; where that has none of the name, as a table of links, of those of other
datasets of the tool. `blocks` and its like are read from one end only.
"""
