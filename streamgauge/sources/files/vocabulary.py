"""What columns are usually called, in several languages and tools, and so what they most likely hold."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache

from streamgauge.sources.files import nested_names

ROLES = (
    "case",
    "activity",
    "former",
    "at",
    "start",
    "event",
    "lifecycle",
    "team",
    "actor",
    "type",
    "title",
    "sequence",
)
"""What a column of an event log may be: `event` is its own key, `at` when it happened, `start` when that was begun,
`former` the state before that which the activity names."""

_TEAMS = (
    " team name, support team, assigned team, equipa, team responsabile, afdeling, avdelning, avdeling,"
    " zespół, grupa, ekip, команда, группа, рабочая группа, группа исполнителей, отдел,"
    " チーム, チーム名, 担当チーム, 担当グループ, グループ, 部署, 担当部署,"
    " 团队, 小组, 组, 处理组, 支持组, 部门, 團隊, 部門, 팀, 담당팀, 부서"
)
_EVENTS: Mapping[str, str] = {
    "case": "case:concept:name, case id, case, incident, problem, case key, caseid, ticket id, incident number,"
    " incident id, number, ticket, ticket number, issue key, issue id, item id, work item id, object id,"
    " ocel:object, trace id, order id, process instance, vorgang, vorgangsnummer, ticketnummer, fall,"
    " fallnummer, numéro, numero de ticket, número, numéro d'incident, id caso, caso, dossier,"
    " zaaknummer, case name, case number, sr number, service request number, request id, request number, issue number,"
    " claim id, application id, invoice id, order number, purchase order, po number, process id, process instance id,"
    " proc inst id, instance id, card id, document key, patient, patient id, admission id, vorgangs-id, fall-id,"
    " prozess-id, auftrag, auftragsnummer, bestellnummer, belegnummer, identifiant du cas, id du cas, n° dossier,"
    " numéro de dossier, id dossier, n° ticket, id del caso, id de caso, número de caso, expediente,"
    " número de expediente, número de incidencia, número de ticket, id do caso, número do caso, processo,"
    " número do processo, chamado, número do chamado, protocolo, id caso, numero pratica, pratica, id sprawy, sprawa,"
    " numer sprawy, ticket nr, vorgang nr, vorgangsnr, fall nr, auftrag nr, auftragsnr, ticket no, case no,"
    " ärendenummer, ärende, sagsnummer, saksnummer, номер заявки, номер обращения, заявка, ケースid,"
    " 案件番号, 案件id, チケット番号, チケットid, 伝票番号, 申請番号, 管理番号, 案例id, 案例编号, 工单号, 工单编号,"
    " vorgangsschlüssel, clé, clé de ticket, clave, clave de incidencia, clave de la incidencia, chave,"
    " chave do item, chave da item, chiave, chiave ticket, ключ, ключ задачи, 課題キー",
    "activity": "concept:name, activity, activity name, event name, event concept:name, task, step,"
    " ocel:type, incident_state, state, status, problem state, to status, new status, to state, action, event type,"
    " aktivität, tätigkeit,"
    " zustand, activité, étape, etat, état, actividad, estado, attività, stato, atividade, activiteit,"
    " activity id, activity label, activity en, incident activity type, act name, operation, operation name,"
    " process step, step name, task name, status to, state to, list after, board column, stage, event,"
    " event type name, activity type, arbeitsschritt, prozessschritt, schritt, ereignis, tâche, opération,"
    " événement, statut, tarea, etapa, fase, paso, operación, evento, tarefa, passo, operação, movimento,"
    " situação, situación, czynność, aktywność, aktivitet, aktivita, операция, действие, событие, статус,"
    " アクティビティ, 作業, 作業名, 工程, ステータス, 状態, 活动, 活动名称, 状态,"
    " neuer status, nach status, status neu, zustand neu, neuer zustand, nouveau statut, nouvel état,"
    " vers statut, nuevo estado, estado nuevo, novo status, status novo, novo estado, nuovo stato,"
    " stato nuovo, новый статус, column, column name, list, list name, lane, transition to",
    "at": "time:timestamp, timestamp, complete timestamp, completetimestamp, event time, ocel:time, ts, epoch,"
    " event timestamp, event ts, epoch ms, unix time, event time:timestamp,"
    " end_timestamp, end timestamp, complete time, completion time, end time, end_time, finished at, endzeit,"
    " sys_updated_at, sys_updated_on, updated at, updated on, updated, changed at, changed date,"
    " changed, change date, change date time, date changed, changed on, status date, status changed at,"
    " transition date, transitioned at, moved at, when, time, datetime, date time, event date, event date time,"
    " date stamp, event end, update timestamp, end date time, end date, completed at, completed on, end,"
    " occurred at, happened at, date et heure, date heure, horodatage de fin, date de fin, date de changement,"
    " fecha y hora, fecha hora, fecha fin, fecha de fin, fecha de cambio, data e hora, data hora, data fim,"
    " data de fim, data de alteração, data da alteração, datum uhrzeit, datum und uhrzeit, statusdatum, enddatum,"
    " änderungsdatum, znacznik czasu, data i godzina, tidpunkt, tidsstämpel, tidspunkt, дата изменения,"
    " дата и время, время, タイムスタンプ, 日時, 発生日時, 更新日時, 完了日時, 終了日時, 完了時刻, 終了時刻, 时间戳,"
    " 完成时间, 结束时间, 时间, 日付, 日期, created_at, created, date, start"
    " timestamp, zeitstempel, zeitpunkt, zeit, geändert am, geändert, datum, horodatage, modifié le,"
    " date de modification, fecha, marca de tiempo, actualizado, data e ora, tijdstip,"
    " status geändert am, statuswechsel am, date de transition, fecha de modificación,"
    " fecha de transición, data da transição, data modifica, data di modifica, data della modifica,"
    " aktualisiert, aktualisiert am, mis à jour, mis à jour le, atualizado, atualizado em, aggiornato,"
    " aggiornato il, bijgewerkt, bijgewerkt op, actualizado el",
    "start": "start_timestamp, start timestamp, time:start, start:timestamp, start time, started at, start_time, begin"
    " timestamp, begin time, startzeit, startzeitpunkt, beginn, heure de début, hora de inicio, ora di inizio,"
    " event start, start date time, start date, start, begin, started, began, startdatum,"
    " date de début, horodatage de début, fecha inicio,"
    " fecha de inicio, data início, data de início, 開始時刻, 開始日時, 开始时间",
    "event": "ocel:event, event id, eventid, event key, identity:id",
    "lifecycle": "lifecycle:transition, event lifecycle:transition, lifecycle, transition, event lifecycle,"
    " lifecycle id, lifecycle state,"
    " transition type, sub status, sub state",
    "team": "org:group, event org:group, assignment_group, assignment group, group, team, support group, queue,"
    " owner team, abteilung, gruppe, zuweisungsgruppe, bearbeitergruppe, équipe, groupe, grupo, equipo, squadra,"
    " gruppo, groupe d'affectation, groupe affecté, grupo de asignación, grupo de atribuição, gruppo di assegnazione,"
    " toewijzingsgroep, area path, squad," + _TEAMS,
    "actor": "org:resource, event org:resource, resource, sys_updated_by, updated by, changed by, user, actor,"
    " assigned_to, assigned to, agent, bearbeiter, geändert von, utilisateur, usuario, risorsa",
    "type": "case:type, case type, ticket type, issue type, issuetype, work item type, type, typ, vorgangstyp, tipo,"
    " arbeitsaufgabentyp, arbeitselementtyp, type de ticket, type d'élément de travail,"
    " tipo de incidencia, tipo de item, tipo de elemento de trabajo, tipo ticket",
    "title": "case:title, title, summary, short_description, short description, subject, titel, betreff,"
    " zusammenfassung, titre, résumé, sujet, título, titolo, oggetto,"
    " kurzbeschreibung, brève description, description courte, descripción breve, breve descripción,"
    " descrição resumida, descrição curta, breve descrizione, descrizione breve, korte beschrijving",
    "former": "from, from status, from state, from value, old status, old state, old value, previous status,"
    " previous state, previous value, former status, former state, status from, state from, list before, prior status,"
    " prior state, before, von, von status, alter status, vorheriger status, vorheriger zustand, alter zustand, ancien"
    " statut, statut précédent, ancien état, de, estado anterior, estado antiguo, status anterior, stato precedente,"
    " vecchio stato, старый статус",
    "sequence": "sys_mod_count, sequence, sequence number, event number, ordinal, position, sorting, rev, revision,"
    " revision number,"
    " revisão, revisione, revisie",
}
_RECORDS: Mapping[str, str] = {
    "id": "id, key, number, issue key, issue_key, issue id, work item id, item id, ticket id, task id, card id,"
    " incident number, identifier, sys_id, ocel:id, sha, hash, nummer, schlüssel, kennung, vorgangsnummer,"
    " formatted id, bug id, story id, defect id, request id, ticket number, ticket no, case number, issue number, #,"
    " identifiant, clé, numéro, clave, número, identificador, codice, sleutel,"
    " vorgangsschlüssel, clé de ticket, clave de incidencia, clave de la incidencia, chave,"
    " chave do item, chave da item, chiave, chiave ticket, ключ, ключ задачи, 課題キー, iid",
    "title": "title, name, summary, short_description, short description, subject, headline, titel, betreff,"
    " bezeichnung, zusammenfassung, titre, résumé, nom, intitulé, título, resumen, nombre, titolo, nome,"
    " riassunto, naam,"
    " resumo, riepilogo, sommario, task name, card name, card title, nom de la tâche,"
    " kurzbeschreibung, brève description, description courte, descripción breve, breve descripción,"
    " descrição resumida, descrição curta, breve descrizione, descrizione breve, korte beschrijving,"
    " тема, заголовок, название, 要約, 概要, タイトル, 标题",
    "type": "type, issue type, issuetype, work item type, workitemtype, tracker, ocel:type, ticket type, story type,"
    " request type, kind, category,"
    " typ, vorgangstyp, art, type de ticket, tipo, tipo de incidencia,"
    " arbeitsaufgabentyp, arbeitselementtyp, type d'élément de travail, tipo de item,"
    " tipo de elemento de trabajo, tipo de item de trabalho, tipo de ticket, tipo di elemento di lavoro,"
    " tipo ticket, тип, тип задачи, 課題タイプ, 工作项类型",
    "status": "status, state, incident_state, issue status, workflow state, current state, current status,"
    " schedule state, ticket status, column name, list name,"
    " section/column,"
    " section, zustand, stand, statut, état, etat,"
    " estado, stato, situação, situación, статус, ステータス, 状態, 状态",
    "parent": "parent, parent id, parent key, parent link, parent issue, parent issue id, parent reference id, epic"
    " link, epic key, epic, parent work item, übergeordnet, elternvorgang, parent_issue_id, padre, genitore",
    "team": "team, assignment group, assignment_group, owning team, area path, group, squad, support group,"
    " gruppe, zuweisungsgruppe, équipe, groupe, equipo, grupo, squadra, groupe d'affectation, grupo de asignación,"
    " grupo de atribuição, gruppo di assegnazione, toewijzingsgroep," + _TEAMS,
    "service": "service, component, application, business service, cmdb_ci, configuration item, system, dienst,"
    " anwendung, composant, servicio, servizio",
    "assignee": "assignee, assigned to, owned by, assigned_to, assignee name, assignee_name, owner, zugewiesen an,"
    " zuständig,"
    " bearbeiter, responsable, assigné, assigné à, asignado a, assegnatario,"
    " zugewiesen zu, responsável, asignado, assegnato a, исполнитель, 担当者",
    "reporter": "reporter, requester, requested by, submitter, opened_by, opened by, created by, creator, creator name,"
    " caller_id, caller, author,"
    " melder, gemeldet von, erstellt von, ersteller, rapporteur, auteur, informador, creado por,"
    " segnalatore",
    "priority": "priority, priorität, priorité, prioridad, priorità, prioridade",
    "class_of_service": "class of service, serviceklasse, classe de service",
    "estimate": "estimate, story points, story point, story_point, story point estimate, custom field (story points),"
    " custom field (story point estimate), sp, story pts, pts, estimate sp, estimated size, points, storypunkte,"
    " punti, puntos, σ story points, size,"
    " original estimate, effort, schätzung, aufwand, storypoints, estimation, estimación, stima",
    "labels": "labels, label, tags, tag, keywords, components, schlagwörter, stichwörter, étiquettes, mots clés,"
    " etiquetas, etichette,"
    " markierungen, balises, метки, ラベル",
    "created_at": "created, created at, created on, created date, creation date, created_date, opened_at, opened at,"
    " opened, sys_created_at, sys_created_on, open date, reported on, erstellt, erstellt am, angelegt,"
    " angelegt am, erstelldatum, eröffnet, créé, créé le, date de création, creado, fecha de creación,"
    " creato, data di creazione, aangemaakt,"
    " erstellungsdatum, création, créée, creada, fecha de alta, criado, criado em, criada,"
    " data de criação, data da criação, creata, creazione, создано, создана, дата создания, 作成日, 作成日時,"
    " 创建时间, created time, creation time, date opened,"
    " date created, eröffnet am, geöffnet, geöffnet am, ouvert, ouvert le, abierto, aberto, aperto, geopend",
    "due_at": "due, due date, due_date, deadline, target date, fällig, fällig am, fälligkeitsdatum, termin,"
    " échéance, date d'échéance, vencimiento, fecha límite, scadenza",
    "resolved_at": "resolved_at, resolved, resolved on, resolution date, resolution_date, resolved date, closed_at,"
    " closed, gelöst, gelöst am, erledigt am, behoben am, résolu, résolu le, resuelto, risolto",
    "closed_at": "closed_at, closed, closed date, closed on, close date, geschlossen, geschlossen am, fermé, fermé"
    " le, cerrado, chiuso",
    "acknowledged_at": "acknowledged_at, acknowledged, acknowledged on, first response at, angenommen am, bestätigt am",
    "detected_at": "detected_at, detected, detected on, opened_at, opened, created_at, created, erkannt am",
    "severity": "severity, impact, schweregrad, gravité, severidad, gravedad, gravità",
    "urgency": "urgency, dringlichkeit, urgence, urgencia, urgenza",
    "url": "url, link, web url, html_url, self, adresse",
    "item": "item, item id, issue id, source issue id, issue_id, issue key, work item id, case id, ticket id,"
    " document key, key, issue, issue number, vorgang, vorgangsschlüssel,"
    " schlüssel, clé, clé de ticket, clave, clave de incidencia, chave, chave do item, chiave, ключ,"
    " ключ задачи, 課題キー",
    "other": "other, other id, target issue id, target, linked issue, related to",
    "field": "field, field name, field_name, feld, champ, campo, поле, フィールド, 字段",
    "value": "value, to_value, to string, to_string, original_to_value, new value, to, new, wert,"
    " neuer wert, valeur, valor, valore,"
    " nach, nouvelle valeur, valor nuevo, nuevo valor, novo valor, valor novo, nuovo valore,"
    " valore nuovo, vers, новое значение, 新しい値",
    "former_value": "former value, from_value, from string, from_string, original_from_value, old value, from, old,"
    " alter wert,"
    " von, ancienne valeur, valor anterior, valor antiguo, valor antigo, valore precedente,"
    " vecchio valore, старое значение, 古い値",
    "happened_at": "happened at, happened, occurred at, timestamp, time, date, created_date, created at, created,"
    " change date, changed at, changed on, updated at, updated on, updated, sys_created_on, sys_created_at,"
    " zeitpunkt, datum, date de l'événement, fecha, data,"
    " changed date, geändert am, geändert, änderungsdatum, date de modification, date de changement,"
    " modifié le, fecha de cambio, fecha de modificación, data de alteração, data da alteração,"
    " data modifica, data di modifica, дата изменения, 更新日時",
    "actor": "actor, author, changed by, author name, author_name, geändert von, auteur, autor, autore",
    "user": "user, user id, user_id, customer, customer id, visitor, benutzer, kunde, utilisateur, usuario, cliente",
    "account": "account, account id, customer account, tenant, konto, compte, cuenta",
    "amount": "amount, cost, total, value, betrag, kosten, montant, coût, importe, costo",
    "currency": "currency, iso currency, billing currency, währung, devise, moneda, valuta",
    "began_at": "began at, began, start, start date, started at, from, period start, beginn, von, début, du,"
    " inicio, desde, inizio, charge period start",
    "ended_at": "ended at, ended, end, end date, until, period end, ende, bis, fin, au, hasta, fine, charge period end",
    "started_at": "started at, started, run started at, start, start time, start date, started date, begin, beginn,"
    " gestartet, début, inicio, inizio",
    "finished_at": "finished at, finished, end, finish time, end time, end date, completed at, ended, ende,"
    " beendet, fin, fine, updated at",
    "commit": "commit, commit sha, commit_sha, head_sha, source_version, sha, revision, hash, commit id",
    "author": "author, author name, author_name, author email, author id, created by, creator, creator name, opened by,"
    " autor, auteur, autore, verfasser",
    "committer": "committer, committer name, committer email, committer id",
    "subject": "subject, message, commit message, title, summary, betreff, sujet",
    "authored_at": "authored date, author date, authored at, authored on, date",
    "committed_at": "committed date, commit date, committed at, committed on, date",
    "state": "state, status, original_status, zustand, état, estado, stato",
    "source_branch": "source branch, head ref, head ref name, head branch, source ref name, source ref,"
    " from branch, quellbranch",
    "target_branch": "target branch, base ref, base ref name, base branch, target ref name, target ref,"
    " to branch, zielbranch",
    "merge_commit": "merge commit, merge commit sha, merge_commit_sha",
    "added_lines": "additions, added lines, lines added, insertions",
    "deleted_lines": "deletions, deleted lines, lines deleted, lines removed",
    "pipeline": "pipeline, pipeline name, workflow, workflow name, job name, build name, definition, name, pipeline id,"
    " job, build definition",
    "branch": "branch, ref, head branch, source branch, branch name",
    "queued_at": "queued at, queued, queued date, queue time, created at",
    "attempt": "attempt, run attempt",
    "trigger": "trigger, event, triggered by",
    "duration": "duration, duration sec, duration_sec, duration seconds, duration ms, elapsed, dauer, durée",
    "pull_request": "pull request, pull request id, pull_request_id, pr, pr id, merge request, merge request id",
    "submitted_at": "submitted at, submitted, submit date, submitted date, created date, created at, date",
    "reviewer": "reviewer, reviewer name, author, author name, account id",
    "environment": "environment, env, stage, umgebung, environnement, entorno, ambiente",
    "outcome": "outcome, result, conclusion, ergebnis, résultat, resultado, esito",
    "text": "text, comment, feedback, description, message, body, kommentar, beschreibung, commentaire, comentario",
    "score": "score, rating, answer, points, bewertung, note, puntuación, punteggio",
    "people": "people, fte, headcount, personen, personnes, personas",
}


_ZONED = re.compile(r"\s*[(\[](?:utc|gmt)[)\]]\s*$")


@cache
def bare(header: str) -> str:
    """Return a header in small letters and digits alone, without the zone of its times in brackets.

    One that has neither, such as `#`, stays as it is.
    """
    split = unicodedata.normalize("NFKD", _ZONED.sub("", header.casefold()))
    return "".join(sign for sign in split if sign.isalnum()) or header.strip()


def guessed(fields: Iterable[str], columns: Iterable[str], *, is_log: bool) -> dict[str, str]:
    """Return the most likely column of each field that has one; a column is given to one field only."""
    free = {bare(name): column for name, column in nested_names.likeliest_last(tuple(columns))}
    found: dict[str, str] = {}

    def take(field: str, name: str) -> None:
        found[field] = column = free[name]
        for other in (bare(column), bare(nested_names.short(column))):
            if free.get(other) == column:
                del free[other]

    # A column that bears the field's own name belongs to it, whatever other fields may be called; in a log, whose
    # fields are roles and no names, the standards of event logs go first.
    for field in (fields := tuple(fields)):
        if bare(field) in free and not (is_log and field in _EVENTS):
            take(field, _key_before_id(field, free))
    # In a table of changes a key names the thing that changed, unless another column does.
    for field in sorted(fields, key=lambda one: one == "id" and "former_value" in fields):
        if field not in found and (name := next((n for n in names(field, is_log=is_log) if n in free), None)):
            take(field, name)
    return found


def _key_before_id(field: str, free: Mapping[str, str]) -> str:
    """Return the field's own name, but the key that people use where a tool gives both that and an inner id."""
    if field == "id" and free.get("identifier") == "identifier" and "title" in free:
        return "identifier"
    is_inner = field == "id" and free.get("key") == "key" and any(one.startswith("fields.") for one in free.values())
    return "key" if is_inner else bare(field)


@cache
def names(field: str, *, is_log: bool) -> tuple[str, ...]:
    """Return what a column of a field is usually called, bare, the likeliest first."""
    known = (_EVENTS if is_log and field in _EVENTS else _RECORDS).get(field, "")
    own = [field, field.removesuffix("_at"), field.removesuffix("_at") + "_date", field.removeprefix("is_")]
    return tuple(dict.fromkeys(bare(name) for name in (*known.split(","), *own) if name.strip()))


_PEOPLE = frozenset(
    bare(name)
    for field in ("assignee", "reporter")
    for name in (*_RECORDS[field].split(","), *_EVENTS["actor"].split(","), *_RECORDS["actor"].split(","))
) | {
    "email",
    "mail",
    "emailaddress",
    "username",
    "login",
    "closedby",
    "resolvedby",
    "requestedfor",
    "requester",
    "contact",
}


def people_of_roles() -> frozenset[str]:
    """Return what the columns of those are called who do and ask for work, bare."""
    return _PEOPLE


_REACHED = (
    *("to status", "new status", "to state", "new state", "status to", "state to", "list after", "board column"),
    *(
        "column",
        "column name",
        "list",
        "list name",
        "lane",
        "transition to",
        "neuer status",
        "nach status",
        "status neu",
        "neuer zustand",
    ),
    *("zustand neu", "nouveau statut", "nouvel état", "vers statut", "nuevo estado", "estado nuevo", "novo status"),
    *("status novo", "novo estado", "nuovo stato", "stato nuovo", "новый статус"),
)
_BECOME = frozenset(map(bare, (*_REACHED, "to", "to value", "new", "new value", "after", "nach", "vers", "a")))


def is_reached(column: str) -> bool:
    """Return whether a column is called like the state that a thing came to, beside the one that it left."""
    return bare(nested_names.short(column)) in _BECOME


_STATES = frozenset(bare(name) for name in (*_RECORDS["status"].split(","), *_REACHED))


def unmeasured(field: str) -> str:
    """Return what a field is called of which a tool measures how long it had each value: its state duration, say."""
    return field.rstrip()[: -len(_MEASURED)].rstrip() if field.casefold().rstrip().endswith(_MEASURED) else field


_MEASURED = " duration"


def is_state(column: str) -> bool:
    """Return whether a column is called like one that says in which state a thing is, and not what was done."""
    name = bare(nested_names.short(unmeasured(column)))
    return name in _STATES or name.endswith(("state", "status"))


_FLAGS = (
    "flag",
    "flagged",
    "impediment",
    "is flagged",
    "is blocked",
    "blockiert",
    "bloqué",
    "bloqueado",
    "bloccato",
    "blocked reason",
    "block reason",
    "blocking reason",
    "reason blocked",
)


@cache
def _of_changes() -> dict[str, tuple[str, ...]]:
    flags = tuple(bare(name) for name in _FLAGS)
    return {"team": names("team", is_log=False), "type": names("type", is_log=False), "flag": flags}


def changed(there: Iterable[str]) -> dict[str, str]:
    """Return which of the fields that change are an item's `team`, `type` and `flag`, as their tool calls them.

    A field that is called just so already stands for itself; of several that may be meant it is the likeliest.
    """
    called = {bare(unmeasured(name)): name for name in there}
    found = {field: next((called[n] for n in known if n in called), None) for field, known in _of_changes().items()}
    return {name: field for field, name in found.items() if name is not None and field not in called.values()}


_THINGS = frozenset(
    bare(name)
    for field in ("status", "type", "priority", "class_of_service", "severity", "urgency", "service", "team")
    for name in (field, *_RECORDS[field].split(","))
)


def is_thing(column: str) -> bool:
    """Return whether a column holds what a state, type, urgency, service or team is called by its tool."""
    return bare(nested_names.short(column)) in _THINGS


_WORDS = frozenset(
    bare(word)
    for names in (*_EVENTS.items(), *_RECORDS.items())
    for part in names
    for word in part.replace(",", " ").replace("_", " ").split()
)


def is_word_of_work(word: str) -> bool:
    """Return whether a single word stands in what columns are called, or is the plural of one that does."""
    return bare(word) in _WORDS or bare(word).removesuffix("s") in _WORDS


_DAYS = ("date", "datum", "day", "tag", "fecha", "data", "jour", "dia", "dag")


def is_day(column: str) -> bool:
    """Return whether a column is called like one of dates, so that a number there may be a day of a spreadsheet."""
    return any(word in bare(column) for word in _DAYS)
