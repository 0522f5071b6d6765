"""Every page of the three sites. A new route belongs into one of these tables, or a test fails."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module

from django.urls import URLPattern, URLResolver
from playwright.sync_api import Page

from tests.journeys.product import Product

# Whose pages are looked at: nothing else in the journeys changes this town.
TOWN = "recklinghausen"
REGION = "emscher-lippe"
CONSOLE = "konsole"
# A town's name is in its address: the service is there in every state of the decision.
OWN, LINKED, ELSEWHERE = "hund-anmelden", "fahrzeug-zulassen", "kindergeld-beantragen"

_FIRST_LINK = """([url, selector]) => fetch(url).then(answer => answer.text()).then(text =>
    new DOMParser().parseFromString(text, "text/html").querySelector(selector)?.getAttribute("href"))"""


@dataclass(frozen=True)
class Found:
    """A page whose address holds a key: the first link on another page that begins so."""

    on: str
    link: str

    def path(self, page: Page, product: Product, site: str) -> str:
        """Look for the link and return its path. `page` shows another page of the site: it reads this one itself."""
        found: str | None = page.evaluate(_FIRST_LINK, [product.at(site, self.on), f'main a[href*="{self.link}"]'])
        assert found, f"{self.on} has no link to {self.link}"
        return found


Address = str | Found

TOWN_PAGES: dict[str, list[Address]] = {
    "portal:home": ["/", "/en/"],
    "portal:contact": ["/kontakt/"],
    "portal:imprint": ["/impressum/"],
    "portal:privacy": ["/datenschutz/"],
    "portal:accessibility": ["/barrierefreiheit/"],
    "portal:easy_language": ["/leichte-sprache/"],
    "portal:sign_language": ["/gebaerdensprache/"],
    "portal:feedback": ["/feedback/"],
    "portal:feedback_thanks": ["/feedback/danke/"],
    "catalog_pages:services": ["/leistungen/"],
    "catalog_pages:service": [f"/leistungen/{slug}/" for slug in (OWN, LINKED, ELSEWHERE)] + [f"/en/leistungen/{OWN}/"],
    "catalog_pages:easy_service": [f"/leistungen/{OWN}/leichte-sprache/"],
    "catalog_pages:categories": ["/themen/"],
    "catalog_pages:category": [Found("/themen/", "/themen/")],
    "catalog_pages:situations": ["/lebenslagen/"],
    "catalog_pages:situation": ["/lebenslagen/umzug/"],
    "catalog_pages:authorities": ["/behoerden/"],
    "catalog_pages:authority": ["/behoerden/steueramt/", "/behoerden/bundesagentur-fuer-arbeit/"],
    "directory:units": ["/stellen/"],
    "directory:unit": ["/stellen/steueramt/"],
    "directory:person": [Found("/stellen/steueramt/", "/ansprechpersonen/")],
    "catalog_pages:search": ["/suche/", "/suche/?q=Hund", "/suche/?q=qqqqqq"],
    "identity:sign_in": ["/verwaltung/anmelden/"],
}
STAFF_PAGES: dict[str, list[Address]] = {
    "portal:staff_dashboard": ["/verwaltung/"],
    "portal:staff_branding": ["/verwaltung/erscheinungsbild/"],
    "portal:staff_contact": ["/verwaltung/kontakt/"],
    "portal:staff_hours": ["/verwaltung/oeffnungszeiten/"],
    "portal:staff_notices": ["/verwaltung/hinweise/"],
    "portal:staff_notice_new": ["/verwaltung/hinweise/neu/"],
    "portal:staff_notice": [Found("/verwaltung/hinweise/", "/verwaltung/hinweise/0")],
    "portal:staff_notice_delete": [Found("/verwaltung/hinweise/", "/loeschen/")],
    "portal:staff_pages": ["/verwaltung/seiten/"],
    "portal:staff_accessibility": ["/verwaltung/seiten/barrierefreiheit/"],
    "portal:staff_page": ["/verwaltung/seiten/imprint/de/"],
    "portal:staff_feedback": ["/verwaltung/rueckmeldungen/"],
    "portal:staff_feedback_delete": [Found("/verwaltung/rueckmeldungen/", "/loeschen/")],
    "catalog_quality:overview": ["/verwaltung/leistungen/qualitaet/"],
    "catalog_quality:services": [
        "/verwaltung/leistungen/qualitaet/leistungen/",
        "/verwaltung/leistungen/qualitaet/leistungen/?q=qqqqqq",
    ],
    "catalog_quality:links": ["/verwaltung/leistungen/qualitaet/links/?zeigen=alle"],
    "catalog_quality:history": ["/verwaltung/leistungen/qualitaet/verlauf/"],
    "directory:staff_units": ["/verwaltung/stellen/"],
    "directory:staff_unit_new": ["/verwaltung/stellen/neu/"],
    "directory:staff_unit": [Found("/verwaltung/stellen/", "/verwaltung/stellen/0")],
    "directory:staff_unit_delete": [Found("/verwaltung/stellen/", "/loeschen/")],
    "directory:staff_person_new": [Found("/verwaltung/stellen/", "/personen/neu/")],
    "directory:staff_person": [Found("/verwaltung/stellen/", "/verwaltung/stellen/personen/0")],
    "catalog_decisions:services": ["/verwaltung/leistungen/", "/verwaltung/leistungen/?q=qqqqqq"],
    "catalog_decisions:category_labels": ["/verwaltung/leistungen/themen/"],
    "catalog_decisions:saved_views": [
        "/verwaltung/leistungen/ansichten/",
        "/verwaltung/leistungen/ansichten/?liste=thema%3Dumwelt",
    ],
    "catalog_decisions:bulk_changes": ["/verwaltung/leistungen/sammeln/"],
    "catalog_decisions:publishing_rules": ["/verwaltung/leistungen/regeln/"],
    # One draft waits for approval, the other stands on what held before the region changed it.
    "catalog_decisions:drafts": [f"/verwaltung/leistungen/{OWN}/entwuerfe/"],
    "catalog_pages:draft_preview": [f"/verwaltung/leistungen/{OWN}/entwuerfe/vorschau/"],
    "catalog_decisions:field_history": [
        f"/verwaltung/leistungen/{OWN}/feld/fee/alle/verlauf/",
        f"/verwaltung/leistungen/{OWN}/feld/notes/de/verlauf/",
    ],
    "catalog_decisions:reviews": ["/verwaltung/leistungen/pruefungen/"],
    # The region has locked this field over the town's own text.
    "catalog_decisions:review": ["/verwaltung/leistungen/strassenschaden-melden/pruefung/notes/de/"],
    "catalog_decisions:service": [f"/verwaltung/leistungen/{slug}/" for slug in (OWN, LINKED)],
    "catalog_decisions:field": [
        f"/verwaltung/leistungen/{OWN}/feld/fee/alle/",
        f"/verwaltung/leistungen/{OWN}/feld/full_text/de/",
        f"/verwaltung/leistungen/{OWN}/feld/online_service/alle/",
        f"/verwaltung/leistungen/{OWN}/feld/notes/de/",
        f"/verwaltung/leistungen/{OWN}/feld/teaser/de/",
    ],
    "catalog_local:services": ["/verwaltung/leistungen/eigene/"],
    "catalog_local:service": [Found("/verwaltung/leistungen/eigene/", "/eigene/0")],
    "catalog_local:new": [
        "/verwaltung/leistungen/eigene/neu/",
        "/verwaltung/leistungen/eigene/neu/?suche=Hund",
        f"/verwaltung/leistungen/eigene/neu/?vorlage={OWN}",
    ],
    "catalog_local:contributions": ["/verwaltung/leistungen/eigene/beitraege/"],
    "catalog_local:offer_value": [f"/verwaltung/leistungen/eigene/beitraege/anbieten/{OWN}/fee/alle/"],
    "api:tokens": ["/verwaltung/zugaenge/"],
    "api:token_new": ["/verwaltung/zugaenge/neu/"],
    "trail:entries": ["/verwaltung/protokoll/", "/verwaltung/protokoll/?person=api&von=2026-01-01"],
    "identity:account": ["/verwaltung/konto/"],
    "identity:factor": ["/verwaltung/konto/zweiter-faktor/"],
    "identity:own_passkeys": ["/verwaltung/konto/passkeys/"],
    "identity:confirm_factor": ["/verwaltung/konto/bestaetigen/"],
    "identity:absence": ["/verwaltung/konto/abwesenheit/"],
    "identity:support": ["/verwaltung/zugriff/"],
    "identity:team": ["/verwaltung/team/"],
    "identity:member": [Found("/verwaltung/team/", "/verwaltung/team/0")],
}
UMBRELLA_PAGES: dict[str, list[Address]] = {
    "umbrella:home": ["/", "/en/"],
    "umbrella:municipalities": ["/kommunen/"],
    "umbrella:find": [
        "/kommunen/suche/",
        "/kommunen/suche/?q=Glad",
        "/kommunen/suche/?q=Haltern",
        "/kommunen/suche/?q=qqqqq",
    ],
    "umbrella:nearby": ["/kommunen/in-der-naehe/", "/kommunen/in-der-naehe/?lat=51.57&lon=6.98"],
    "umbrella:change": ["/kommune/aendern/"],
    "umbrella:search": ["/suche/", "/suche/?q=Hund", "/suche/?q=qqqqqq"],
    "umbrella:services": ["/leistungen/", "/leistungen/?buchstabe=H"],
    "umbrella:service": [f"/leistungen/{OWN}/", f"/leistungen/{ELSEWHERE}/"],
    "umbrella:compare": [f"/leistungen/{OWN}/vergleich/"],
    "umbrella:topics": ["/themen/"],
    "umbrella:topic": ["/themen/familie_kind/"],
    "umbrella:situations": ["/lebenslagen/"],
    "umbrella:situation": ["/lebenslagen/umzug/"],
    "umbrella:members": ["/mitglieder/"],
    "umbrella:imprint": ["/impressum/"],
    "umbrella:privacy": ["/datenschutz/"],
    "umbrella:accessibility": ["/barrierefreiheit/"],
    "umbrella:feedback": ["/barrierefreiheit/rueckmeldung/"],
    "umbrella:easy_language": ["/leichte-sprache/"],
    "umbrella:sign_language": ["/gebaerdensprache/"],
    "identity:sign_in": ["/redaktion/anmelden/"],
    "citizen:sign_in_form": ["/konto/anmelden/passwort/"],
    "citizen:register": ["/konto/registrieren/"],
    "citizen:forgotten": ["/konto/passwort-vergessen/"],
}
OWN_TOWN_PAGES: dict[str, list[Address]] = {
    "citizen:overview": ["/konto/"],
    "bookmarks:bookmarks": ["/konto/gemerkt/"],
    "bookmarks:bookmark": [f"/konto/merken/{slug}/" for slug in (OWN, LINKED)],
}
OWN_PAGES: dict[str, list[Address]] = {
    "citizen:overview": ["/konto/", "/en/konto/"],
    "area:overview": ["/konto/bereich/"],
    "area:town": ["/konto/bereich/gladbeck/", "/konto/bereich/dorsten/"],
    "citizen:data": ["/konto/daten/", "/en/konto/daten/"],
    "citizen:data_group": ["/konto/daten/person/", "/konto/daten/bank/"],
    "citizen:data_choices": ["/konto/daten/sprache/"],
    "citizen:data_email": ["/konto/daten/e-mail/"],
    "citizen:data_member_new": ["/konto/daten/haushalt/neu/"],
    "citizen:data_member": [Found("/konto/daten/", "/konto/daten/haushalt/0")],
    "citizen:data_business_new": ["/konto/daten/unternehmen/neu/"],
    "citizen:data_business": [Found("/konto/daten/", "/konto/daten/unternehmen/0")],
    "citizen:data_business_document": [Found("/konto/daten/", "/nachweis/")],
    "citizen:devices": ["/konto/geraete/"],
    "citizen:history": ["/konto/verlauf/"],
    "citizen:looks": ["/konto/einsicht/"],
    "citizen:rights": ["/konto/rechte/", "/en/konto/rechte/"],
    "citizen:delete_account": ["/konto/rechte/loeschen/"],
    "citizen:identities": ["/konto/identitaeten/"],
    "citizen:security": ["/konto/sicherheit/"],
    "citizen:add_app": ["/konto/sicherheit/app/"],
}
EDITING_PAGES: dict[str, list[Address]] = {
    "identity:account": ["/redaktion/konto/"],
    "identity:factor": ["/redaktion/konto/zweiter-faktor/"],
    "identity:own_passkeys": ["/redaktion/konto/passkeys/"],
    "identity:confirm_factor": ["/redaktion/konto/bestaetigen/"],
    "catalog_coverage:overview": ["/redaktion/qualitaet/"],
    "catalog_coverage:links": ["/redaktion/qualitaet/links/"],
    "catalog_coverage:history": ["/redaktion/qualitaet/verlauf/"],
    "catalog_editing:dashboard": ["/redaktion/", "/en/redaktion/"],
    "catalog_contributions:contributions": ["/redaktion/beitraege/", "/redaktion/beitraege/?stand=alle"],
    "catalog_contributions:contribution": [Found("/redaktion/beitraege/", "/redaktion/beitraege/0")],
    "catalog_editing:matrix": ["/redaktion/matrix/", "/redaktion/matrix/?thema=umwelt&nur=abweichend"],
    "catalog_editing:presets": ["/redaktion/vorgaben/"],
    "catalog_editing:preset": [Found("/redaktion/vorgaben/", "/redaktion/vorgaben/0")],
    "catalog_editing:preset_new": ["/redaktion/vorgaben/neu/"],
    "catalog_editing:services": ["/redaktion/leistungen/", "/redaktion/leistungen/?q=qqqqqq"],
    "catalog_editing:saved_views": [
        "/redaktion/leistungen/ansichten/",
        "/redaktion/leistungen/ansichten/?liste=q%3Dhund",
    ],
    "catalog_editing:service_new": ["/redaktion/leistungen/neu/"],
    "catalog_editing:rules": ["/redaktion/leistungen/regeln/"],
    "catalog_editing:service": [f"/redaktion/leistungen/{OWN}/"],
    "catalog_editing:head": [f"/redaktion/leistungen/{OWN}/eckdaten/"],
    "catalog_editing:field": [
        f"/redaktion/leistungen/{OWN}/feld/notes/de/",
        f"/redaktion/leistungen/{OWN}/feld/fee/alle/",
    ],
    "catalog_editing:preview": [f"/redaktion/leistungen/{OWN}/vorschau/?kommune={TOWN}"],
    "catalog_editing:review": [f"/redaktion/leistungen/{OWN}/pruefung/"],
    "catalog_editing:versions": [f"/redaktion/leistungen/{OWN}/fassungen/"],
}
CONSOLE_PAGES: dict[str, list[Address]] = {
    "console:overview": ["/"],
    "console:tenants": ["/kommunen/"],
    "console:editors": ["/redaktion/"],
    "console:editor_new": [f"/redaktion/neu/{REGION}/"],
    "console:editor": [Found("/redaktion/", "/redaktion/0")],
    "console:rollout": ["/ausrollung/"],
    "console:trail": ["/protokoll/"],
    "console:mail": ["/e-mail/"],
    "console:feedback": ["/rueckmeldungen/"],
    "console:onboard": ["/kommunen/neu/", f"/kommunen/neu/?region={REGION}"],
    "console:tenant": [f"/kommunen/{TOWN}/"],
    "console:suspend": [f"/kommunen/{TOWN}/sperren/"],
    "console:life": [f"/kommunen/{TOWN}/zustand/"],
    "console:offboard": [f"/kommunen/{TOWN}/entfernen/"],
    "console:departures": ["/abgaenge/"],
    "console:invitation": [f"/kommunen/{TOWN}/einladung/"],
    "console:domains": [f"/kommunen/{TOWN}/adressen/"],
    "console:support": [f"/kommunen/{TOWN}/zugriff/"],
    "identity:account": ["/konto/"],
    "identity:factor": ["/konto/zweiter-faktor/"],
    "identity:own_passkeys": ["/konto/passkeys/"],
    "identity:confirm_factor": ["/konto/bestaetigen/"],
    "ui:gallery": ["/gestaltung/"],
}
# The rest: what only takes a form, parts of pages, files; and pages that journeys come by when their story does.
NO_PAGE = {
    "tenant": """bookmarks:remove
        citizen:sign_in citizen:returned citizen:sign_out citizen:signed_out citizen:backchannel_logout
        identity:sign_out identity:returned identity:change_password identity:end_other_sessions identity:invite
        identity:mail_choices notifications:unsubscribe
        identity:withdraw identity:renew_access identity:deactivate identity:invitation catalog_pages:suggestions
        identity:second_factor identity:remove_factor identity:renew_recovery_codes identity:reset_factor
        identity:sign_in_passkey identity:passkey_challenge identity:confirm_passkey identity:add_passkey
        identity:new_passkey_challenge identity:remove_passkey
        identity:support_rules identity:allow_support identity:end_support identity:leave_support
        identity:enter_support identity:support_returned identity:end_absence
        catalog_quality:services_csv catalog_quality:check_link catalog_quality:history_csv
        catalog_decisions:decide catalog_decisions:reset_field catalog_decisions:share_saved_view
        catalog_decisions:delete_saved_view catalog_decisions:bulk_choose catalog_decisions:bulk_preview
        catalog_decisions:bulk_confirm catalog_decisions:bulk_change catalog_decisions:undo_bulk
        catalog_decisions:follow_preset catalog_decisions:restore_field catalog_decisions:take_draft_step
        catalog_decisions:field_autosave catalog_local:field_autosave catalog_local:take_draft_step
        catalog_local:drafts catalog_local:submit catalog_local:send_back
        catalog_local:facts catalog_local:preview catalog_local:publish catalog_local:archive
        catalog_local:delete
        catalog_local:offer_service catalog_local:field catalog_local:clear_field catalog_local:withdraw
        catalog_local:field_history catalog_local:restore_field
        catalog_decisions:answer_reviews catalog_decisions:pin portal:accessibility_json
        portal:theme_css
        portal:file
        portal:robots portal:sitemap portal:sitemap_part catalog_pages:short_link
        directory:staff_person_delete portal:staff_branding_preview portal:staff_logo portal:staff_logo_remove
        portal:staff_hours_exception portal:staff_hours_exception_delete portal:staff_page_preview
        portal:staff_feedback_handled api:token_revoke trail:entries_csv trail:entries_json api_v1:services""",
    "umbrella": """citizen:sign_in citizen:returned citizen:sign_out citizen:signed_out citizen:backchannel_logout
        citizen:second_factor citizen:sign_in_passkey citizen:passkey_challenge citizen:hand_over citizen:confirm
        citizen:played_provider
        citizen:data_email_cancel citizen:confirm_email citizen:keep_email citizen:data_member_remove
        citizen:data_business_remove citizen:data_business_file citizen:data_business_document_remove
        citizen:reset citizen:end_other_devices citizen:end_device citizen:remove_app citizen:renew_codes
        citizen:add_passkey citizen:new_passkey_challenge citizen:remove_passkey
        citizen:export_json citizen:export_pdf citizen:sign_in_anew citizen:unlink_identity citizen:provider_change
        citizen:provider_change_end citizen:join_accounts
        umbrella:suggestions umbrella:choose umbrella:search_suggestions umbrella:accessibility_json
        umbrella:theme umbrella:robots umbrella:sitemap umbrella:sitemap_part umbrella:short_link
        identity:sign_out identity:returned identity:invitation identity:change_password
        identity:second_factor identity:remove_factor identity:renew_recovery_codes
        identity:sign_in_passkey identity:passkey_challenge identity:confirm_passkey identity:add_passkey
        identity:new_passkey_challenge identity:remove_passkey
        identity:mail_choices notifications:unsubscribe
        catalog_coverage:towns_csv catalog_coverage:check_link catalog_coverage:history_csv
        identity:end_other_sessions catalog_editing:matrix_export
        catalog_editing:preset_remove catalog_editing:archive catalog_editing:restore catalog_editing:field_lock
        catalog_editing:approve catalog_editing:share_saved_view catalog_editing:delete_saved_view
        catalog_editing:field_autosave catalog_editing:field_discard catalog_editing:field_remove
        catalog_editing:review_submit catalog_editing:review_recall catalog_editing:review_send_back
        catalog_editing:review_publish catalog_editing:review_discard catalog_editing:version_restore
        catalog_contributions:start_review catalog_contributions:publish catalog_contributions:decline
        catalog_contributions:field catalog_contributions:leave_out""",
    "console": """identity:sign_in identity:sign_out identity:returned identity:backchannel_logout
        identity:change_password identity:end_other_sessions console:resume
        identity:mail_choices identity:invitation identity:second_factor identity:remove_factor
        identity:sign_in_passkey identity:passkey_challenge identity:confirm_passkey identity:add_passkey
        identity:new_passkey_challenge identity:remove_passkey
        identity:renew_recovery_codes console:end_support console:pass_on console:editor_reset_factor
        console:clear_error console:make_primary console:remove_domain console:departure console:cancel_departure
        console:feedback_handled console:feedback_delete
        console:editor_invite console:editor_deactivate console:editor_reactivate
        console:rollout_state ui:gallery_suggestions""",
}
TABLES = {
    "tenant": TOWN_PAGES | STAFF_PAGES | OWN_TOWN_PAGES,
    "umbrella": UMBRELLA_PAGES | EDITING_PAGES | OWN_PAGES,
    "console": CONSOLE_PAGES,
}


def routes(kind: str) -> set[str]:
    """Return the names of all routes of a kind of site."""
    return set(_names(import_module(f"federation.urls.{kind}").urlpatterns))


def _names(patterns: list[URLPattern | URLResolver], space: str = "") -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from _names(pattern.url_patterns, pattern.app_name or space)
        else:
            yield f"{space}:{pattern.name}"
