"""Understands statuses by their names: the words that tools and teams use, in several languages.

What is not recognised stays unmapped; it is never guessed into active (definitions 2.0).
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from streamgauge.company.process import Phase, State


@dataclass(frozen=True)
class Meaning:
    """What a status means: its flow state, its stage with its place in the usual order, and its phase."""

    state: State
    stage: str
    place: int
    phase: Phase


_STAGES: dict[str, tuple[int, Phase]] = {
    "Backlog": (10, "discovery"),
    "Analysis": (20, "planning"),
    "Ready": (30, "planning"),
    "Development": (40, "development"),
    "Review": (50, "development"),
    "Test": (60, "readiness"),
    "Acceptance": (70, "readiness"),
    "Release": (80, "release"),
    "Done": (90, "release"),
    "Cancelled": (95, "release"),
    "Blocked": (45, "development"),
}
"""The stages that names are understood as, in the order of a usual value stream. Blocked work stays where it was."""

_CANCELLED = r"""cancel\w*|wont( \w+)?|will not \w+|rejected|reject|declined|abandoned|duplicate\w*|invalid|not planned|obsolete|removed|withdrawn
|cannot reproduce|not a bug|out of scope|discarded|deleted|superseded|dropped|void|as designed|no action
|abgebrochen|verworfen|abgelehnt|storniert|ungültig|doublon|annul\w+|rejet\w+|abandonn\w+|cancelad\w+|rechazad\w+|descartad\w+|rejeitad\w+
|annullat\w+|rifiutat\w+|geannuleerd|afgewezen|odrzucon\w+|anulowan\w+|отмен\w+|отклон\w+|キャンセル|却下|已取消|已拒绝"""
_DONE = r"""done|closed?( \w+)?|resolved?|fixed|complete[d]?|finished|released|deployed|shipped|delivered|live|in production|in prod|production|accepted
|archived|verified|solved|merged|published|rolled out|fulfilled|successful|end|ended|done done
|fertig\w*|erledigt|geschlossen|abgeschlossen|gelöst|ausgeliefert|behoben|beendet|veröffentlicht|produktiv
|termin\w+|fermé\w*|résolu\w*|clos|livré\w*|fini\w*|hecho|cerrad\w+|resuelt\w+|completad\w+|finalizad\w+|terminad\w+|entregado
|concluíd\w+|concluid\w+|fechad\w+|resolvid\w+|feito|pronto|entregue|fatto|chius\w+|risolt\w+|completat\w+|klaar|gereed|afgerond|gesloten|opgelost
|zamknięt\w+|gotow\w+|zakończon\w+|rozwiązan\w+|готово|закрыт\w*|решен\w*|выполнен\w*|完了|完成|已完成|已关闭|已解决"""
_BLOCKED = r"""blocked|blocker|on hold|hold|paused|suspended|impeded|impediment|stalled|stuck|deferred|postponed|parked|frozen|snoozed|wait\w*|pending|awaiting
|blockiert|wartet|wartend|pausiert|zurückgestellt|angehalten|bloqu\w+|en attente|suspendu\w*|en espera|pausad\w+|suspendid\w+|em espera|aguardando
|bloccat\w+|in attesa|sospes\w+|geblokkeerd|in de wacht|zablokowan\w+|wstrzyman\w+|заблокирован\w*|ожида\w+|приостановлен\w*|保留|阻塞|等待"""
_BACKLOG = r"""new|open|opened|backlog|product backlog|created?|draft|proposed|submitted|idea|ideas|inbox|icebox|funnel|someday|later|requested|reported|unconfirmed|registered
|logged|triage|to triage|needs triage|unassigned|raised|received|intake|future
|neu|offen|erstellt|eingereicht|idee|entwurf|nouveau|nouvelle|ouvert\w*|créé\w*|brouillon|nuev\w+|abiert\w+|creado|borrador|nov\w|abert\w+|criad\w+|rascunho
|nuov\w+|apert\w+|bozza|nieuw|aangemaakt|concept|now[ya]|otwart\w+|нов\w+|открыт\w*|新規|未対応|新建|待办池"""
_READY = r"""to ?do|ready|selected( for development)?|planned|scheduled|sprint backlog|next|next up|up next|committed|approved|queue|queued|assigned|reopened|re opened|triaged|confirmed
|acknowledged|accepted for sprint|prioriti[sz]ed|sprint|this sprint|dispatched|allocated
|zu erledigen|bereit|geplant|eingeplant|zugewiesen|wieder geöffnet|à faire|prêt\w*|planifié\w*|assigné\w*|por hacer|pendiente|list[oa]|asignad\w+|planificad\w+|reabiert\w+
|a fazer|planejad\w+|atribuíd\w+|da fare|pianificat\w+|assegnat\w+|te doen|gepland|toegewezen|do zrobienia|zaplanowan\w+|к выполнению|запланирован\w*|назначен\w*|未着手|待办|待处理"""
_ACTIVE = r"""in progress|progress|active|doing|working|work in progress|wip|started|in work|ongoing|underway|busy|in arbeit|in bearbeitung|bearbeitung|läuft|begonnen
|en cours|commencé\w*|en curso|en progreso|em andamento|em progresso|iniciad\w+|in corso|in lavorazione|bezig|in behandeling|in uitvoering|w toku|w trakcie|в работе|в процессе|進行中|处理中|进行中|対応中"""
_STAGE_WORDS: tuple[tuple[str, str], ...] = (
    ("Acceptance", r"""uat|user acceptance\w*( test\w*)?|acceptance( test\w*)?|abnahme|recette|sign ?off|approval|approve|freigabe|product review|business review|demo|validation|validat\w+
|stakeholder\w*|po review|aceptación|aprobación|aprovação|homologação|approvazione|goedkeuring|przegląd klienta|приемка"""),
    ("Review", r"""review\w*|code review|peer review|pull request|pr|in pr|merge request|mr|begutachtung|überprüfung|revue|relecture|revisi[oó]n|revis[aã]o|revisione|beoordeling|przegląd|ревью|レビュー|评审|审核"""),
    ("Test", r"""tests?|testing|tested|qa|quality( assurance)?|verif\w+|staging|integration( test\w*)?|regression|prüfung|prüfen|im test|essais?|en test|pruebas?|calidad|testes?|collaudo|testen|testy|testowanie|тест\w*|テスト|测试"""),
    ("Release", r"""release|deploy\w*|deployment|ship|shipping|publish|go ?live|roll ?out|merge|packaging|production|prod|auslieferung|bereitstellung|mise en production|déploiement|despliegue|producción
|implantação|publicação|rilascio|uitrol|wdrożenie|деплой|релиз|リリース|发布"""),
    ("Analysis", r"""analy\w+|design\w*|ux|ui|refine\w*|refinement|grooming|specification|specify\w*|spec|discovery|research|estimat\w+|elaborat\w+|investigat\w+|definition|planning|scoping|exploration|konzept\w*|entwurfsphase
|spezifikation|conception|análisis|diseño|análise|analisi|progettazione|ontwerp|analiza|projekt|анализ|設計|分析|设计"""),
    ("Development", r"""develop\w*|development|dev|coding|code|implement\w*|build|building|construction|construct|fix|fixing|programming|engineering|entwicklung|umsetzung|implementierung|développement|desarrollo
|desenvolvimento|sviluppo|ontwikkeling|programowanie|rozwój|разработк\w*|開発|开发"""),
)
_WAITS = r"(ready|waiting|wait|awaiting|await|pending|queued?|to be|to|needs?|bereit|wartet|warten|zu|à|en attente d[eu]|prêt\w* (pour|à)|por|list[oa] para|en espera de|aguardando|para|pronto (per|para)|in attesa di|da|te|klaar voor|do|ожидает|к)"
_FOR = r"( (for|to|on|auf|für|zum|zur|pour|de|the|be|a|o|al?))*"
_IS = r"(in|im|under|doing|being|w|en|em|в)"


@lru_cache(maxsize=10_000)
def understood(status: str) -> Meaning | None:
    """Return what a status means by its name; None where the name is not recognised."""
    words = _words(status)
    for names, state, stage in _WHOLE:
        if names.fullmatch(words):
            return _meaning(state, stage)
    found = _staged(words)
    if found is None and _WAITS_FOR_SOMETHING.match(words):
        return _meaning("waiting", "Blocked")
    if found is None and "/" in status:  # a status and its reason, such as `Accepted/In Progress`
        return understood(status.rpartition("/")[2]) or understood(status.partition("/")[0])
    return found


def _staged(words: str) -> Meaning | None:
    """Understand "ready for test", "in test", "test done": a stage, and whether work waits for it, in it, or after it."""
    for stage, names in _STAGED:
        for pattern, state in names:
            if pattern.fullmatch(words):
                return _meaning(state, stage)
    return None


def _meaning(state: State, stage: str) -> Meaning:
    place, phase = _STAGES[stage]
    return Meaning(state, stage, place, phase)


def _words(status: str) -> str:
    """Return a status in small letters, without emoji, numbering and signs, its words one space apart."""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", status).replace("'", "").replace("’", "").casefold()
    words = re.sub(r"[\W_]+", " ", spaced).strip()
    return re.sub(r"^(\d+|[a-z]) (?=\S)|^\d+(?=\D)| \d+$", "", words).strip() or words


def _whole(names: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\n", "", names))


def _of(stage_words: str) -> tuple[tuple[re.Pattern[str], State], ...]:
    one = f"(?:{re.sub(chr(10), '', stage_words)})"
    stage = rf"(?:{one}(?: {one})*)"
    waits = rf"{_WAITS}{_FOR} {stage}|{stage} (?:{_WAITS}|queue|backlog|todo|to do|requested|required|needed|bereit|done|complete\w*|passed|finished|ok)"
    return (
        (re.compile(waits), "waiting"),
        (re.compile(rf"(?:{_IS} )?{stage}(?: (?:in progress|ongoing|started|active|doing|wip|phase|läuft))?"), "active"),
    )


_WHOLE: tuple[tuple[re.Pattern[str], State, str], ...] = (
    (_whole(_CANCELLED), "cancelled", "Cancelled"),
    (_whole(_DONE), "done", "Done"),
    (_whole(_ACTIVE), "active", "Development"),
    (_whole(_READY), "waiting", "Ready"),
    (_whole(_BACKLOG), "new", "Backlog"),
    (_whole(_BLOCKED), "waiting", "Blocked"),
)
_WAITS_FOR_SOMETHING = re.compile(r"(waiting|wait|awaiting|pending|on hold|blocked|wartet|warten|en attente|en espera|aguardando|in attesa) ")
_STAGED = tuple((stage, _of(names)) for stage, names in _STAGE_WORDS)
