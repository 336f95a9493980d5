"""Where everything lies in the memory of a simulation: one array of whole numbers, and one of floating-point ones.

A thing is known by its address, the place of its row; a column is an offset from there. -1 is none. Times are seconds
since the start. Factors, sizes and shares are kept in millionths, probabilities in parts of 2 ** 53.
"""

NONE = -1
MILLION = 1_000_000
CERTAIN = 1 << 53
NEVER = 1 << 60

# The head, at address 0: counters, and where the tables begin.
(
    NOW,
    UNTIL,
    SEED,
    HEAP,
    HEAP_SIZE,
    HEAP_MOST,
    LOG,
    LOG_SIZE,
    LOG_MOST,
    MARGIN,
    POOL_NEXT,
    POOL_FREE,
    POOL_NEED,
    ITEMS,
    ITEM_COUNT,
    PROCESSES,
    PROCESS_COUNT,
    SHIFTS,
    SHIFT_COUNT,
    SERVICES,
    SERVICE_COUNT,
    STREAM_COUNT,
    RELEASES_MADE,
    INCIDENTS_MADE,
    HEAD_WIDTH,
) = range(25)

HEAP_WIDTH = 4  # at, kind and tie, address, token
LOG_WIDTH = 8  # happened, event, item, stage, team, person, other, visit

# What may happen next; at one instant, in this order.
(SHIFT, DETECT, FINISH, UNBLOCK, CANCEL, REOPEN, OCCUR, ARRIVE, ENTER, GATE, DISPATCH) = range(11)
KIND = 1 << 44  # a kind times this, plus the tie

# A task: a piece of work for one person. Items begin with these columns; requests and repairs have no others.
(
    TASK_KIND,
    TASK_TEAM,
    TASK_LEFT,
    TASK_STOP,
    TASK_ELAPSED,
    TASK_SINCE,
    TASK_SLOT,
    TASK_TOKEN,
    TASK_RANK,
    TASK_QUEUED,
    TASK_QUEUE,
    TASK_NEXT,
    TASK_PREVIOUS,
    TASK_STARTED,
    TASK_SHARE,
    TASK_OWNER,
    TASK_TIE,
    TASK_WIDTH,
) = range(18)
WORK, REQUEST, REPAIR = range(3)

(
    ITEM_STATE,
    ITEM_STAGE,
    ITEM_FINISHED,
    ITEM_SIZE,
    ITEM_CLASS,
    ITEM_SERVICE,
    ITEM_STREAM,
    ITEM_KEY,
    ITEM_ARRIVAL,
    ITEM_DONE,
    ITEM_VISITS,
    ITEM_VISIT,
    ITEM_HELD,
    ITEM_CLEARED,
    ITEM_HOLDS,
    ITEM_HOLDERS,
    ITEM_REQUEST,
    ITEM_ASKS,
    ITEM_ASK_AT,
    ITEM_BLOCK_AT,
    ITEM_IN_WIP,
    ITEM_REOPENED,
    ITEM_WIDTH,
) = range(TASK_WIDTH, TASK_WIDTH + 23)
UNKNOWN, OPEN, FINISHED, CANCELLED = range(4)

# A precedence: `EDGE_FROM` must be done before `EDGE_TO` enters the stage of that place in its stream, or a later one.
EDGE_FROM, EDGE_TO, EDGE_PLACE, EDGE_NEXT_OF_FROM, EDGE_NEXT_OF_TO, EDGE_WIDTH = range(6)

# An incident lies in the pool beside the tasks of its repair, in a row of their width, with these columns.
INCIDENT_ID, INCIDENT_SERVICE, INCIDENT_OPEN = range(3)

(
    STAGE_KIND,
    STAGE_ID,
    STAGE_KEY,
    STAGE_PLACE,
    STAGE_NEXT,
    STAGE_TEAM,
    STAGE_WORK,
    STAGE_CALENDAR,
    STAGE_LIMIT,
    STAGE_WIP,
    STAGE_REPEAT,
    STAGE_FACTOR,
    STAGE_OPEN,
    STAGE_BLOCKING,
    STAGE_WAIT,
    STAGE_ROUTES,
    STAGE_ROUTE_COUNT,
    STAGE_REWORK,
    STAGE_REQUESTS,
    STAGE_REQUEST_COUNT,
    STAGE_ASKING,
    STAGE_RELEASES,
    STAGE_DATES,
    STAGE_DATE_COUNT,
    STAGE_NEXT_GATE,
    STAGE_HEAD,
    STAGE_TAIL,
    STAGE_WIDTH,
) = range(28)
PEOPLE, DELAY, TRAIN = range(3)

ROUTE_TO, ROUTE_CHANCE, ROUTE_CLASSES, ROUTE_MOST, ROUTE_WIDTH = range(5)
ASK_TEAM, ASK_CHANCE, ASK_WORK, ASK_AT, ASK_WIDTH = range(5)

(
    TEAM_ID,
    TEAM_PEOPLE,
    TEAM_SLOTS,
    TEAM_CALENDAR,
    TEAM_ORDER,
    TEAM_LIMIT,
    TEAM_WIP,
    TEAM_FACTOR,
    TEAM_REPAIRS,
    TEAM_PENDING,
    TEAM_WAKES,
    TEAM_SHARES,
    TEAM_HEAD,
    TEAM_TAIL,
    TEAM_WIDTH,
) = range(15)
FIRST_COME, PRIORITY, SHORTEST, NEWEST, FAIR_SHARE = range(5)

SHARE, SHARE_SERVED, SHARE_WIDTH = range(3)

(
    CLASS_ID,
    CLASS_PRIORITY,
    CLASS_SIZES,
    CLASS_SIZE_COUNT,
    CLASS_EFFORT,
    CLASS_CANCEL,
    CLASS_CANCEL_AFTER,
    CLASS_REOPEN,
    CLASS_REOPEN_AFTER,
    CLASS_REOPEN_TO,
    CLASS_REOPEN_MOST,
    CLASS_WIDTH,
) = range(12)

(
    SERVICE_ID,
    SERVICE_KEY,
    SERVICE_TEAM,
    SERVICE_FAILURE,
    SERVICE_GROWTH,
    SERVICE_DETECTION,
    SERVICE_REPAIR,
    SERVICE_PEOPLE,
    SERVICE_ROLLBACK,
    SERVICE_RELEASES,
    SERVICE_INCIDENTS,
    SERVICE_WAITING,
    SERVICE_RELEASE,
    SERVICE_WIDTH,
) = range(14)

(
    PROCESS_KIND,
    PROCESS_KEY,
    PROCESS_FIRST,
    PROCESS_ITEMS,
    PROCESS_CURSOR,
    PROCESS_CALENDAR,
    PROCESS_PIECES,
    PROCESS_PIECE_COUNT,
    PROCESS_RATES,
    PROCESS_CLASSES,
    PROCESS_CLASS_COUNT,
    PROCESS_SERVICES,
    PROCESS_SERVICE_COUNT,
    PROCESS_START,
    PROCESS_WIDTH,
) = range(15)
GIVEN, BY_CHANCE, TROUBLE = range(3)
WEIGHT_OF, WEIGHT_UP_TO, WEIGHT_WIDTH = range(3)

SHIFT_AT, SHIFT_CELL, SHIFT_VALUE, SHIFT_TEAM, SHIFT_SHARES, SHIFT_WIDTH = range(6)

SPREAD_SHAPE, SPREAD_ELAPSED, SPREAD_NUMBERS, SPREAD_COUNT, SPREAD_WIDTH = range(5)
FIXED, EXPONENTIAL, LOGNORMAL, GAMMA, EMPIRICAL = range(5)

CALENDAR_SPANS, CALENDAR_COUNT, CALENDAR_WIDTH = range(3)
SPAN_OPENS, SPAN_BEFORE, SPAN_LENGTH, SPAN_WIDTH = range(4)

# Why the kernel hands back.
ENDED, HEAP_FULL, LOG_FULL, POOL_EMPTY = range(4)
