"""Which kind of record a table holds is told by what it is called and by its columns, and may be said instead."""

import json
from pathlib import Path

import pytest

from streamgauge.errors import BadOption
from streamgauge.records import KINDS, Record
from streamgauge.sources.files import kinds
from streamgauge.sources.files.mapping import Rules, planned
from tests.kit.imports import csv, looked, made

PULL = "id,base_ref,head_ref,merge_commit_sha,status,title,author_name,created_date,merged_date,closed_date"
RUN = "id,name,result,status,type,duration_sec,started_date,finished_date"
ITEM = "id,title,status,type"
CHANGE = "id,issue_id,field_name,from_value,to_value,created_date"


def kind_of(columns: str, *called: str) -> str:
    return planned(columns.split(","), Rules(), called=called).kind_name


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_a_table_that_is_called_by_its_kind_and_has_its_columns_is_of_it(kind: type[Record]) -> None:
    """However little else it has: the fields that a record must have, under their own names."""
    fields = {name for name in kinds.given(kind) if kinds.is_needed(kind, name)} | {"id"}
    fields |= {"title", "severity"} & set(kinds.given(kind))
    assert kind_of(",".join(sorted(fields)), kind.table) == kind.__name__


@pytest.mark.parametrize(
    ("columns", "called", "kind"),
    [
        (PULL, "pull_requests", "PullRequest"),
        (PULL, "export", "PullRequest"),
        (PULL, "MergeRequests-2025", "PullRequest"),
        (RUN, "cicd_pipelines", "Build"),
        (RUN, "cicd_tasks", "Build"),
        (CHANGE, "issue_changelogs_incremental", "Transition"),
        (CHANGE, "table", "Transition"),
        ("sha,message,author_name,author_email,authored_date,committer_name,committed_date", "x", "Commit"),
        ("number,summary,urgency,status,created_date", "pagerduty incidents", "Incident"),
        ("id,opened_at,acknowledged_at,resolved_at,severity,urgency", "export", "Incident"),
        (ITEM, "issues", "Item"),
        (ITEM + ",severity,urgency,created_date,resolution_date", "issues", "Item"),
        (ITEM, "tasks", "Item"),
        ("id,name,status,start date,end date,duration", "tasks", "Item"),
        (ITEM, "Sheet1", "Item"),
        (ITEM, "board", "Item"),
        (ITEM, "Project NeuroLink City", "Item"),
        (ITEM, "Release train export", "Item"),
        ("case,activity,timestamp", "incidents", "event-log"),
        ("number,state,updated", "incident_event_log", "event-log"),
        ("Vorgangsschlüssel,Feld,Alter Wert,Neuer Wert,Geändert am", "export", "Transition"),
        ("Clé,Champ,Ancienne valeur,Nouvelle valeur,Date de modification", "export", "Transition"),
        ("Clave,Campo,Valor anterior,Valor nuevo,Fecha de cambio", "export", "Transition"),
        ("Chave,Campo,Valor antigo,Novo valor,Data da alteração", "export", "Transition"),
        ("Ключ,Поле,Старое значение,Новое значение,Дата изменения", "export", "Transition"),
        ("Vorgangsschlüssel,Von Status,Nach Status,Geändert am", "export", "event-log"),
        ("Clé,Ancien statut,Nouveau statut,Date de changement", "export", "event-log"),
        ("Issue Number,Column,Moved At", "export", "event-log"),
        ("Issue Key,Transition From,Transition To,Transition Date", "export", "event-log"),
        ("Vorgangsschlüssel,Zusammenfassung,Vorgangstyp,Status,Erstellt", "export", "Item"),
        ("Clave de incidencia,Resumen,Tipo de incidencia,Estado,Creada", "export", "Item"),
        ("Chave da item,Resumo,Tipo de item,Status,Criado,Resolvido", "export", "Item"),
    ],
)
def test_tables_of_tools(columns: str, called: str, kind: str) -> None:
    assert kind_of(columns, called) == kind


@pytest.mark.parametrize(
    ("columns", "called"),
    [
        ("id,name,status,type,created_date", "accounts"),
        ("id,name,type", "users"),
        ("board_id,issue_id", "board_issues"),
        ("id,issue_id,author_id,comment,started_date,logged_date", "issue_worklogs"),
        ("pull_request_id,label_name", "pull_request_labels"),
        ("id,params,data,url,input,created_at", "_raw_api_issues"),
    ],
)
def test_parts_of_things_are_no_records(columns: str, called: str) -> None:
    with pytest.raises(BadOption, match="is not clear"):
        kind_of(columns, called)


def test_what_is_called_a_deployment_asks_for_what_it_lacks() -> None:
    with pytest.raises(BadOption, match="service, tier and kind of Deployment"):
        kind_of(f"{RUN},environment", "deployments")


def test_the_file_names_a_table_that_has_no_name_and_the_user_has_the_last_word(tmp_path: Path) -> None:
    row = ("7", "main", "topic", "abc", "MERGED", "A title", "x", "2025-01-01", "2025-01-02", "2025-01-02")
    file = csv(tmp_path / "pull_requests.csv", [row], PULL)
    assert looked(file, said={}).tables[0].plan.kind_name == "PullRequest"
    assert looked(file, said={"kind": "item"}).tables[0].plan.kind_name == "Item"


def test_a_count_is_no_list_of_what_it_counts(tmp_path: Path) -> None:
    row = ("7", "main", "topic", "abc", "MERGED", "A title", "x", "2025-01-01", "2025-01-02", "2025-01-02", "3")
    one = looked(csv(tmp_path / "pull_requests.csv", [row], f"{PULL},commits"), said={})
    assert one.tables[0].parts[0].table["commits"].to_pylist() == [[]]
    assert any("'commits' holds numbers and no lists" in note for note in one.tables[0].notes)


@pytest.mark.parametrize(
    "columns",
    [
        "CaseID,ActivityID,CompleteTimestamp",
        "case_id,activity_id,activity_instance_id,lifecycle_id,timestamp",
        "_CASE_KEY,ACTIVITY_EN,EVENTTIME,_SORTING",
        "Case_ID,Activity,Event_end,Event_start",
        "case,event,startTime,completeTime",
        "PROC_INST_ID_,ACT_NAME_,START_TIME_,END_TIME_",
        "SR Number,Change Date+Time,Status,Sub Status",
        "Incident ID,DateStamp,IncidentActivity_Number,IncidentActivity_Type",
        "issue id,from state,to state,created at",
        "issue_id,changed_on,old_status,new_status",
        "card id,list after,list before,date",
        "Fallnummer,Arbeitsschritt,Startzeit,Endzeit",
        "N° dossier,Activité,Date et heure",
        "ID del caso,Actividad,Fecha y hora",
        "Chamado,Situação,Data de alteração",
        "Numéro,État,Mis à jour le",
        "Número,Estado,Atualizado em",
        "Numero,Stato,Aggiornato il",
        "ID sprawy,Czynność,Znacznik czasu",
        "Ärendenummer,Aktivitet,Tidpunkt",
        "ケースID,アクティビティ,タイムスタンプ",
        "チケット番号,ステータス,更新日時",
        "案例ID,活动,时间戳",
        "Номер заявки,Статус,Дата изменения",
        "Work Item Id,Rev,Work Item Type,Title,State,Changed Date",
    ],
)
def test_logs_of_many_tools_and_languages_are_known_for_logs(columns: str) -> None:
    assert kind_of(columns, "export") == "event-log"


AGAIN = [("1", "Open", "2025-01-01"), ("2", "Open", "2025-01-02"), ("1", "Done", "2025-01-03")]


@pytest.mark.parametrize(
    "header",
    [
        *("id,status,timestamp", "Key,Status,Updated", "item,state,entered", "issue,status,date", "key,to,date"),
        *("case_id,activity,start_time", "trace,event_name,ts", "task_id,column,moved_at", "Ref,Status,Date/Time"),
        *(
            "Bestellung,Status,Datum",
            "Identifiant,Statut,Horodatage",
            "Pratica,Stato,Data",
            "claim_no,action,action_date",
        ),
        *("case concept:name,event concept:name,event time:timestamp", "hadm_id,activity,timestamp", "x,status,y"),
        *("order_id,order_status,status_changed_at", "invoice_id,approval_status,status_time"),
        "Issue Key,Status,Entered Date",
        *("permit,phase_name,phase_date", "Work Order,Operation Description,Finish Date"),
        *("Opportunity ID,To Stage,Last Modified", "patient,handling,time"),
        *("Nummer,Status,Aktualisiert", "Nummer,Status,Bijgewerkt"),
    ],
)
def test_a_table_in_which_keys_stand_again_is_a_log(tmp_path: Path, header: str) -> None:
    for name in (
        "export.csv",
        "issues.csv",
        "transitions.csv",
        "invoice_approval.csv",
        "employee_onboarding.csv",
        "raw.csv",
    ):
        one = looked(csv(tmp_path / name, AGAIN, header), said={})
        table = one.tables[0]
        assert (table.plan.kind_name, one.rejected) == ("event-log", 0)
        case, status, at = header.split(",")
        assert {table.plan.columns[role] for role in ("case", "activity", "at")} == {case, status, at}
        assert any("names the same thing" in note for note in table.notes) == (
            case not in ("case_id", "case concept:name", "Pratica", "order_id", "invoice_id", "Issue Key", "patient")
        )
        if case != "patient":
            assert sorted((t["item"], t["value"]) for t in made(one, "Transition")) == sorted(row[:2] for row in AGAIN)


@pytest.mark.parametrize(
    "header", ["Numéro,État,Date du relevé,Ouvert le,Brève description", "ref,state,seen,opened,summary"]
)
def test_dates_that_tell_of_the_item_leave_one_that_tells_of_the_event(tmp_path: Path, header: str) -> None:
    table = [(*row, "2024-12-31", "Slow") for row in AGAIN]
    one = looked(csv(tmp_path / "export.csv", table, header), said={})
    fields = ("case", "activity", "at", "created_at", "title")
    assert one.tables[0].plan.columns == dict(zip(fields, header.split(","), strict=True))


@pytest.mark.parametrize(
    "header", ["candidate_id,recruitment_status,at,responsible_person", "Lead ID,Stage,Date,Owner"]
)
def test_people_are_the_cases_of_a_log_where_it_is_about_them_and_keep_their_pseudonyms(
    tmp_path: Path, header: str
) -> None:
    table = [(*row, "Ann") for row in AGAIN]
    one = looked(csv(tmp_path / "hiring.csv", table, header), said={})
    case = header.partition(",")[0]
    assert one.tables[0].plan.columns["case"] == case
    assert any(f"'{case}' names people" in note for note in one.tables[0].notes)
    assert {row["id"] for row in made(one, "Item")}.isdisjoint({"1", "2"})


def test_a_log_of_which_all_is_nested_is_one_and_keeps_its_marks_under_any_name(tmp_path: Path) -> None:
    words = ("START", "COMPLETE", "START")
    rows = [
        {"case": {"id": case}, "event": {"activity": "Check", "timestamp": {"$date": f"{day}T00:00:00Z"}}, "lc": word}
        for (case, _, day), word in zip(AGAIN, words, strict=True)
    ]
    place = tmp_path / "export.jsonl"
    place.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    lines = [(case, "Check", day, word) for (case, _, day), word in zip(AGAIN, words, strict=True)]
    for path in (place, csv(tmp_path / "export.csv", lines, "CASE,ACT,TS,LC")):
        found = made(looked(path, said={}), "Transition")
        assert sorted((row["item"], row["value"], row["lifecycle"]) for row in found) == [
            ("1", "Check", "START"),
            ("1", "Check", "START"),
            ("2", "Check", "COMPLETE"),
        ]


def test_people_who_work_on_things_are_no_cases(tmp_path: Path) -> None:
    one = looked(csv(tmp_path / "worked.csv", AGAIN, "assignee,status,date"), said={})
    assert "is not clear" in str(one.failure)


def test_updates_of_a_work_item_are_a_log_of_its_states_and_those_of_other_fields_are_left_out(tmp_path: Path) -> None:
    rows = [("7", "1", "New", "2025-01-01"), ("7", "2", "", "2025-01-02"), ("7", "3", "Closed", "2025-01-03")]
    header = "workItemId,rev,fields.System.State.newValue,fields.System.ChangedDate.newValue"
    one = looked(csv(tmp_path / "updates.csv", rows, header), said={})
    assert [(t["item"], t["value"]) for t in made(one, "Transition")] == [("7", "New"), ("7", "Closed")]
    assert one.rejected == 0
    assert any("of other changes: 1 of them" in note for note in one.tables[0].notes)


@pytest.mark.parametrize(
    ("name", "header", "kind"),
    [
        ("issues.csv", "id,title,status,updated", "Item"),
        ("tasks.csv", "id,name,started,completed", "Item"),
    ],
)
def test_a_table_in_which_each_key_stands_once_is_none(tmp_path: Path, name: str, header: str, kind: str) -> None:
    rows = [(str(n), "done", "2025-01-01", "2025-01-02") for n in range(5)]
    assert looked(csv(tmp_path / name, rows, header), said={}).tables[0].plan.kind_name == kind


def test_a_log_that_has_only_the_time_at_which_its_rows_were_made_takes_it(tmp_path: Path) -> None:
    """`created_at` is a field of items too, but a log without a time is none."""
    table = [("7", "open", "done", "2025-01-02"), ("7", "new", "open", "2025-01-01")]
    one = looked(csv(tmp_path / "x.csv", table, "issue id,from state,to state,created at"), said={})
    assert {row["value"]: row["happened_at"].day for row in made(one, "Transition")} == {"open": 1, "done": 2}


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("Key,Created,Author,Field,From,To", "Status"),
        ("documentkey,sys_created_on,user,fieldname,oldvalue,newvalue", "state"),
    ],
)
def test_a_table_of_changes_needs_no_ids_and_its_states_are_of_the_status(
    tmp_path: Path, header: str, field: str
) -> None:
    table = [
        ("A-1", "2025-01-13 10:00", "x", field, "To Do", "In Progress"),
        ("A-1", "2025-01-14 10:00", "x", "labels", "", "urgent"),
        ("A-1", "2025-01-15 10:00", "x", field, "In Progress", "Done"),
    ]
    path = csv(tmp_path / "history.csv", table, header)
    one = looked(path, said={})
    found = {(row["item"], row["field"], row["former_value"], row["value"]) for row in made(one, "Transition")}
    assert found == {
        ("A-1", "status", "To Do", "In Progress"),
        ("A-1", "labels", None, "urgent"),
        ("A-1", "status", "In Progress", "Done"),
    }
    assert len({row["id"] for row in made(one, "Transition")}) == 3
    assert any(f"Changes of '{field}' are changes of status." in note for note in one.tables[0].notes)


@pytest.mark.parametrize(
    ("told", "meant"),
    [
        (("issuetype", "Team", "Flagged"), ("type", "team", "flag")),
        (("Work Item Type", "Area Path", "Impediment"), ("type", "team", "flag")),
        (("category", "assignment_group", "u_labels"), ("type", "team", "u_labels")),
        (("kind", "group", "blocked"), ("type", "team", "blocked")),
        (("type", "squad", "Team"), ("type", "squad", "team")),
        (("Type", "issuetype", "flag"), ("type", "issuetype", "flag")),
    ],
)
def test_changes_of_team_type_and_flag_are_known_by_what_their_tools_call_them(
    tmp_path: Path, told: tuple[str, ...], meant: tuple[str, ...]
) -> None:
    """Where several may be meant it is the likeliest, and a field that is called just so stands for itself."""
    table = [("A-1", f"2025-01-1{n} 10:00", "x", field, "one", "two") for n, field in enumerate(("Status", *told))]
    one = looked(csv(tmp_path / "history.csv", table, "Key,Created,Author,Field,From,To"), said={})
    found = sorted((row["happened_at"], row["field"]) for row in made(one, "Transition"))
    assert tuple(field for _, field in found) == ("status", *meant)
    said = {f"Changes of '{a}' are changes of {b}." for a, b in zip(told, meant, strict=True) if a.casefold() != b}
    noted = {note for note in one.tables[0].notes if note.startswith("Changes of ") and "status" not in note}
    assert noted == {note for note in said if note.split("'")[1] not in meant}


@pytest.mark.parametrize(
    "columns",
    [
        "ID,Rev,Work Item Type,Title,State,Changed Date",
        "ID,Rev,État,Titre,Date de modification",
        "Id,Revision,Titel,Zustand,Geändert",
        "ID,Revisão,Título,Estado,Data da alteração",
    ],
)
def test_a_table_of_revisions_is_a_log_whose_case_is_its_key(columns: str) -> None:
    plan = planned(columns.split(","), Rules(), called=("export",))
    assert (plan.kind_name, plan.columns["case"].lower()) == ("event-log", "id")
    assert "sequence" in plan.columns


REVISIONS = (
    "id,rev,fields.System.Title,fields.System.WorkItemType,fields.System.State,fields.System.ChangedDate,"
    "fields.Microsoft.VSTS.Common.Activity,fields.Microsoft.VSTS.Common.ClosedDate"
)


def test_revisions_tell_of_the_state_whatever_kind_of_activity_their_tasks_have(tmp_path: Path) -> None:
    """Azure's tasks have an `Activity` such as Development, which is no step of them."""
    table = [
        ("7", "1", "x", "Task", "New", "2025-01-01", "", ""),
        ("7", "2", "x", "Task", "New", "2025-01-02", "Testing", ""),
    ]
    table += [("7", "3", "x", "Task", "Closed", "2025-01-03", "Testing", "2025-01-03")]
    for header in (REVISIONS, "ID,Rev,Title,Work Item Type,State,Changed Date,Activity,Closed Date"):
        one = looked(csv(tmp_path / "x.csv", table, header), said={})
        assert [(t["item"], t["value"], t["happened_at"].day) for t in made(one, "Transition")] == [
            ("7", "New", 1),
            ("7", "Closed", 3),
        ]
        assert one.rejected == 0


@pytest.mark.parametrize("n", [1, 4])
def test_a_list_of_the_newest_revisions_holds_items_with_their_dates(tmp_path: Path, n: int) -> None:
    """As Azure answers for work items: when one was last changed tells nothing of its state."""
    table = [(str(k), "9", "x", "Task", "Closed", "2025-02-01", "", "2025-01-20") for k in range(n)]
    one = looked(csv(tmp_path / "answer.csv", table, REVISIONS), said={})
    assert [(row["id"], row["status"]) for row in made(one, "Item")] == [(str(k), "Closed") for k in range(n)]
    assert {(t["value"], t["happened_at"].day, t["happened_at"].month) for t in made(one, "Transition")} == {
        ("Closed", 20, 1)
    }


def test_updates_of_another_team_count_though_they_tell_of_no_state(tmp_path: Path) -> None:
    """Each update tells of what changed alone: the state goes on, and so does the team."""
    table = [
        ("7", "1", "New", "2025-01-01", "Web"),
        ("8", "1", "New", "2025-01-01", "Web"),
        ("7", "2", "", "2025-01-02", ""),
        ("7", "3", "Active", "2025-01-03", ""),
        ("7", "4", "", "2025-01-04", "Ops"),
        ("7", "5", "Closed", "2025-01-05", ""),
        ("9", "1", "", "2025-01-05", "Ops"),
    ]
    header = "workItemId,rev,fields.System.State.newValue,fields.System.ChangedDate.newValue"
    for rows in (table, table[::-1]):
        path = csv(tmp_path / "updates.csv", rows, f"{header},fields.System.AreaPath.newValue")
        one = looked(path, said={})
        told = [(t["item"], t["field"], t["value"], t["team"], t["happened_at"].day) for t in made(one, "Transition")]
        assert sorted(told, key=lambda row: (row[0], row[-1])) == [
            ("7", "status", "New", "Web", 1),
            ("7", "status", "Active", "Web", 3),
            ("7", "team", "Ops", "Ops", 4),
            ("7", "status", "Closed", "Ops", 5),
            ("8", "status", "New", "Web", 1),
        ]
        assert {row["id"]: row["team"] for row in made(one, "Item")} == {"7": "Ops", "8": "Web"}
        assert any("of other changes: 2 of them" in note for note in one.tables[0].notes)


def test_updates_that_tell_of_no_state_are_no_items(tmp_path: Path) -> None:
    place = tmp_path / "answer.json"
    changed = {"System.ChangedDate": {"newValue": "2025-01-02"}, "System.Title": {"newValue": "x"}}
    update = {"id": 2, "workItemId": 7, "rev": 2, "revisedDate": "9999-01-01", "fields": changed, "url": "u"}
    place.write_text(json.dumps({"count": 1, "value": [update]}), encoding="utf-8")
    assert "changes of work items, none of them of the state" in str(looked(place, said={}).failure)


def test_what_a_tool_did_is_no_action_that_somebody_promised() -> None:
    """Trello's `actions` are the events of its cards; actions have a title or a status."""
    with pytest.raises(BadOption, match="not clear"):
        kind_of("id,type,date,data.card.id,data.listBefore.name,data.listAfter.name", "actions")
    assert kind_of("id,title,type,due date", "actions") == "Action"


def test_runs_of_a_workflow_bring_their_times_and_attempts() -> None:
    columns = (
        "id,name,run_number,run_attempt,head_branch,head_sha,event,conclusion,created_at,run_started_at,updated_at"
    )
    found = planned(columns.split(","), Rules(), called=("workflow_runs",)).columns
    assert {field: found[field] for field in ("attempt", "trigger", "queued_at", "started_at", "finished_at")} == {
        "attempt": "run_attempt",
        "trigger": "event",
        "queued_at": "created_at",
        "started_at": "run_started_at",
        "finished_at": "updated_at",
    }


def test_branches_of_pull_requests_are_known_as_tools_call_them() -> None:
    columns = "number,title,state,createdAt,mergedAt,baseRefName,headRefName"
    found = planned(columns.split(","), Rules(), called=("pull_requests",)).columns
    assert (found["source_branch"], found["target_branch"]) == ("headRefName", "baseRefName")


@pytest.mark.parametrize(
    "header", ["Issue key,Status,Created", "Issue key,Status,Created,Resolved", "Epic,Issue key,Status,Created"]
)
def test_a_state_with_the_date_of_creation_is_that_of_a_thing_and_no_event(tmp_path: Path, header: str) -> None:
    values = {"Issue key": "A-{}", "Status": "Done", "Created": "2025-01-0{}", "Resolved": "2025-02-0{}", "Epic": "E"}
    rows = [tuple(values[name].format(n) for name in header.split(",")) for n in range(1, 5)]
    one = looked(csv(tmp_path / "export.csv", rows, header), said={})
    assert one.tables[0].plan.kind_name == "Item"
    assert {t["happened_at"].month for t in made(one, "Transition")} <= {2}


@pytest.mark.parametrize(
    ("name", "header"),
    [("metrics.csv", "metric,value,time"), ("usage.csv", "user_id,event,time"), ("x.csv", "name,value,date")],
)
def test_measurements_and_what_persons_did_are_no_logs_of_things(tmp_path: Path, name: str, header: str) -> None:
    rows = [("a", "1", "2025-01-01"), ("a", "2", "2025-01-02"), ("b", "1", "2025-01-01")]
    assert isinstance(looked(csv(tmp_path / name, rows, header), said={}).failure, BadOption)


def test_a_table_of_things_with_keys_of_their_own_is_none_of_what_they_are_parts_of(tmp_path: Path) -> None:
    header = "id,created_at,issue_key,title,status,parent_issue_id,updated_date,board_id"
    rows = [(f"i{n}", "2025-01-01", f"A-{n}", "a thing", "Done", f"A-{n % 2}", "2025-01-02", "8") for n in range(8)]
    for name in ("issues.csv", "export.csv"):
        one = looked(csv(tmp_path / name, rows, header), said={})
        assert (one.tables[0].plan.kind_name, len(made(one, "Item"))) == ("Item", 8)
