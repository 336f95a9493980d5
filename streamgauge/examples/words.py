"""The words that the invented company speaks in: names of teams and services, titles, messages, what users say."""

TEAMS = (
    *("Heron", "Plover", "Curlew", "Dipper", "Teal", "Avocet", "Gannet", "Petrel", "Grebe", "Sandpiper"),
    *("Kittiwake", "Bittern", "Wigeon", "Turnstone", "Dunlin", "Merganser", "Shelduck", "Godwit", "Moorhen", "Eider"),
)
"""Water birds; where there are more teams than birds, a number follows."""

STREAMS = (
    ("Journeys", "JNY", "passengers find, book and board a crossing"),
    ("Harbours", "HBR", "skippers and harbours plan berths, crews and timetables"),
    ("Parcels", "PCL", "parcels and bicycles travel along"),
    ("Season", "SEA", "regular passengers hold passes and family cards"),
    ("Charters", "CHT", "groups hire a whole boat"),
    ("Fuel", "FUL", "boats charge and refuel"),
)
"""Name, key of its work items, and what happens in it."""

SERVICES = (
    *("booking", "fares", "timetable", "boarding", "payments", "search", "notices", "vouchers", "seats"),
    *("berths", "crews", "tides", "logbook", "moorings", "skippers", "labels", "tracking", "lockers"),
    *("accounts", "gateway", "weather", "invoices", "refunds", "maps", "profiles", "reviews", "partners"),
    *("manifest", "quays", "tariffs", "audits", "exports", "forecasts", "alerts", "inbox", "devices"),
)

THEMES = ("Fewer missed boats", "Calmer harbours", "Goods along the coast", "Trust in every crossing")

INITIATIVES = (
    *("Board without a queue", "Know your delay", "One pass for the coast", "Berths on time", "Crews without paper"),
    *("Parcels door to door", "Pay as you sail", "Bicycles welcome", "Storm plan", "Quiet night boats"),
    *("Refunds in a day", "Group crossings", "Harbour map", "Tide aware timetable", "Gift vouchers"),
    *("Fares that explain themselves", "Lockers at the quay", "Skipper's notebook", "Cleaner fuel", "Lost and found"),
)

FEATURES = (
    *("quick boarding", "delay notices", "coast pass", "berth planner", "crew swaps", "parcel tracking", "tap to pay"),
    *("bicycle places", "storm rerouting", "night timetable", "instant refund", "group seats", "harbour map"),
    *("tide view", "gift vouchers", "fare breakdown", "quay lockers", "digital logbook", "fuel report", "lost items"),
)

VERBS = ("Add", "Show", "Keep", "Check", "Move", "Send", "Explain", "Split", "Sort", "Remember", "Limit", "Confirm")
OBJECTS = (
    *("the seat map", "the fare table", "the waiting list", "the berth plan", "the tide warning", "the crew list"),
    *("the parcel label", "the refund form", "the delay notice", "the pier code", "the boarding pass", "the receipt"),
    *("the timetable import", "the voucher code", "the skipper's note", "the locker code", "the weather feed"),
)
PLACES = ("for families", "on small screens", "for late boats", "at the pier", "per harbour", "for regulars")
FAULTS = (
    *("is wrong after midnight", "is shown twice", "loses its order", "times out", "forgets the return trip"),
    *("rounds the price wrongly", "ignores the time zone", "is empty for new users", "breaks on old phones"),
)
COMMITS = ("Cover", "Rename", "Wire up", "Simplify", "Guard", "Measure", "Document", "Clean up", "Extend", "Test")

ALARMS = ("error rate is high", "answers are slow", "queue grows", "disk fills", "health check fails")
TROUBLES = ("cannot be reached", "answers with errors", "is slow", "shows old figures", "loses messages")
CAUSES = (
    *("a query without a limit", "a missing index", "a certificate that ran out", "a queue without back-pressure"),
    *("a flag left on", "a migration that locked a table", "a retry storm", "a zone that was not thought of"),
)
REMEDIES = ("Alert on", "Add a limit against", "Write a test for", "Rehearse", "Put a guard on")

PRAISE = ("makes the morning boat easier", "saves me a call", "works on the pier too", "is the best part of the app")
BLAME = ("I never find it", "it asks me twice", "it was gone when the boat was late", "the old way was quicker")
LEARNED = ("Regulars use it, visitors do not.", "It helps where boats are late.", "It fades in a week.")
PROBLEMS = ("miss the boat", "call the harbour", "give up at payment", "queue twice", "do not know the delay")
SEGMENTS = ("commuters", "visitors", "families", "skippers", "harbour clerks", "parcel shops")
REASONS = ("they see it in time", "one step less is asked", "they trust what is shown", "the pier has no signal")
