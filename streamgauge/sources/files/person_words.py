"""What columns, fields and types of objects are called that hold people, in several languages."""

import re
from collections.abc import Iterable
from functools import cache

from streamgauge.sources.files import nested_names
from streamgauge.sources.files.vocabulary import bare, is_thing, people_of_roles

_PERSONS = """
user users person persons people employee employees resource resources assignee assignees reporter owner owners author
authors creator agent agents operator operators worker workers staff member members manager managers supervisor
approver requester requestor submitter contact caller applicant applicants candidate candidates recruiter recruiters
doctor doctors physician nurse nurses patient patients clerk clerks technician engineer engineers developer developers
tester testers reviewer reviewers respondent participant participants colleague responsible actor originator initiator
committer driver drivers approvers watcher watchers follower followers handler handlers lead oncall
student students teacher individual mitarbeiter mitarbeiterin mitarbeiterinnen benutzer
nutzer anwender bearbeiter sachbearbeiter ansprechpartner verantwortlicher verantwortlich verantwortliche zuständig
ersteller melder autor prüfer genehmiger antragsteller bewerber betreuer vorgesetzter leiter kollege arzt vorname
nachname familienname personen utilisateur utilisateurs employé employés collaborateur collaborateurs personne
personnes responsable demandeur auteur rapporteur gestionnaire prénom usuario usuarios empleado empleados persona
personas solicitante encargado trabajador apellido apellidos utente utenti dipendente dipendenti impiegato persone
responsabile richiedente autore cognome operatore usuário usuários utilizador funcionário funcionários pessoa pessoas
responsável sobrenome gebruiker gebruikers medewerker medewerkers persoon personen verantwoordelijke aanvrager
behandelaar voornaam achternaam użytkownik użytkownicy pracownik pracownicy osoba osoby surname forename firstname
lastname fullname
"""
_ACTS = """
created opened updated changed modified closed resolved assigned reported requested submitted approved reviewed owned
edited raised handled executed performed processed completed started entered logged written authored committed merged
added acknowledged flagged watched pushed revised deleted published triggered dismissed cancelled canceled deployed
uploaded archived queued sent
erstellt geändert gemeldet bearbeitet angelegt geschlossen eröffnet genehmigt créé modifié fermé
assigné creado modificado cerrado asignado creato modificato chiuso criado aangemaakt gewijzigd
"""
_BEHIND = frozenset(
    ("id", "ids", "name", "names", "mail", "email", "address", "login", "account", "key", "uid", "username", "adresse")
)
_BY, _NAMES = frozenset(("by", "von", "par", "por", "da", "door")), frozenset(("name", "names"))
_FIRST = frozenset(("first", "last", "full", "given", "family", "middle", "display"))
_SHOWN = ("email", "displayname", "login", "username")
_WORD = re.compile(r"[A-ZÀ-Þ]?[^\W\d_A-ZÀ-Þ]+|[A-ZÀ-Þ]+(?![^\W\d_A-ZÀ-Þ])")
_KNOWN = frozenset(bare(word) for word in _PERSONS.split())
_DONE = frozenset(bare(word) for word in _ACTS.split())


@cache
def names_people(name: str) -> bool:
    """Return whether a column, field or type is called like one that holds people, whatever it is mapped to.

    Its last word counts, so that a team of owners is none; behind that may stand what people are known by.
    """
    if is_thing(name):
        return False
    if bare(nested_names.short(name)) in people_of_roles() or bare(name).endswith(_SHOWN):
        return True
    if "." in name.rstrip(".") and names_people(name.rstrip(".").rpartition(".")[2]):  # as `System.AssignedTo`
        return True
    words = [bare(word) for word in _WORD.findall(name)]
    if words[-2:] == ["on", "call"]:
        return True
    if len(words) > 1 and words[-1] in _NAMES and words[-2] in _FIRST:
        return True
    while len(words) > 1 and words[-1] in _BEHIND:
        words.pop()
    if len(words) > 1 and words[-1] in _BY:
        return words[-2] in _DONE
    return bool(words) and words[-1] in _KNOWN


_OF_PEOPLE = frozenset(
    ("login", "avatarurl", "username", "fullname", "firstname", "lastname", "vorname", "nachname", "prenom", "apellido")
)
_OF_THINGS = frozenset(
    ("title", "summary", "subject", "titel", "betreff", "titre", "sujet", "titulo", "titolo", "issuekey")
)


def are_people(columns: Iterable[str]) -> bool:
    """Return whether a table with these columns is one of people, so that a column `name` holds their names."""
    found = {bare(column) for column in columns}
    is_likely = bool(found & _OF_PEOPLE) or {"name", "email"} <= found
    return is_likely and not found & _OF_THINGS
