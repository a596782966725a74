"""The toy town as a planner's own files."""

TIMES = "zone_id,old,mid,east,far\n" + "\n".join(
    f"{zone},{','.join(str(5 * abs(i - place)) for place in (0, 2, 3, 5))}" for i, zone in enumerate("abcdef")
)
DEMAND = (
    "zone_id,demand,alliance_name\na,100,West\nb,200,West\nc,100,West\nd,300,East\ne,100,East\nf,200,East"
)
SITES = """site_id,status,alliance_name
old,existing,West
mid,candidate,West
east,candidate,East
far,candidate,East"""
