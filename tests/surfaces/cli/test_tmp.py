from dataclasses import replace
from tests.surfaces.cli import conftest as c
def test_show(run, answers):
    o = run("report", "x")
    print(o.out, o.err, o.code)
    print(run("why", "change-lead-time").out)
    answers.report = c.report_of(c.hostile())
    print(run("report").out)
    answers.report = c.report_of(*(replace(c.HARBOUR, service=f"svc{i}", releases=c.RELEASES[i:]) for i in range(9)), failures=[c.Failure(path="q", error="bad\nx")])
    o = run("report"); print(o.out, o.err)
