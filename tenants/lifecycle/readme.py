"""The text in every archive that says how to read it without this software."""

from __future__ import annotations

from typing import Final

TEXT: Final = """\
Archiv der Kommune {name} ({slug}), erstellt am {created_at_utc} (UTC)
======================================================================
Dieses Archiv enthält alles, was die Plattform Verbund über die Kommune gespeichert hat. Sie brauchen Verbund nicht,
um es zu lesen: Es ist ein mit gzip gepacktes tar-Archiv mit Textdateien in UTF-8.

  manifest.json            Inhaltsverzeichnis: jede Datei mit Größe und SHA-256-Prüfsumme, jede Tabelle mit Zeilenzahl
  schema.sql               Aufbau der Tabellen als SQL (PostgreSQL), zum Lesen und zum Anlegen in einer leeren Datenbank
  data/TABELLE.csv         Inhalt je Tabelle: Komma als Trennzeichen, erste Zeile Spaltennamen; ein leeres Feld ohne
                           Anführungszeichen bedeutet "kein Wert" (NULL), "" einen leeren Text; Zeiten in UTC
  shared/audit_auditentry.csv  Protokoll der Änderungen: wer hat wann was getan
  shared/data_keys.csv     Schlüssel zu den Spalten „…sealed“ (siehe unten)
  settings/registry.json   Name, amtliche Schlüssel, Adressen und Zustand der Kommune
  files/...                hochgeladene Dateien unter den Namen, die in den Tabellen stehen

In eine leere PostgreSQL-Datenbank laden:
  psql -f schema.sql
  psql -c "\\copy TABELLE(SPALTE, SPALTE, ...) from 'data/TABELLE.csv' with (format csv, header)"
  (Spalten in der Reihenfolge der ersten Zeile. Erst Tabellen laden, auf die andere verweisen.)

Spalten, deren Name mit „sealed“ endet, sind verschlüsselt, mit einem Schlüssel je Person: AES-256-GCM der Bibliothek
tink (github.com/tink-crypto). In shared/data_keys.csv steht je Person (owner) ihr Schlüssel (keyset, JSON von tink);
die „associated data“ eines Wertes sind „SEALED_AS|OWNER|ZWECK“, der Zweck steht in der Beschreibung der Tabelle
(docs/operator/keys.md). Der Klartext ist JSON.

Prüfsummen ohne Verbund prüfen: sha256sum DATEI, und mit dem Wert in manifest.json vergleichen.
In eine andere Installation von Verbund übernehmen: verbund tenants import ARCHIV
Das Archiv enthält personenbezogene Daten, wenn in manifest.json "is_training": false steht. Bewahren Sie es
verschlossen auf und löschen Sie es, wenn Sie es nicht mehr brauchen.

English
=======
Everything that the platform Verbund has stored of the municipality {name} ({slug}), made at {created_at_utc} UTC. You
can read it without Verbund: a gzipped tar archive of text files in UTF-8. manifest.json lists every file with size and
SHA-256 and every table with its number of rows; schema.sql is the structure of the tables; data/*.csv is their content
(comma, header line, an unquoted empty field is NULL, "" is an empty text, times in UTC); shared/ holds the audit trail,
settings/registry.json name, official keys, hosts and state, files/ the uploaded files. To take it over into another
deployment: verbund tenants import ARCHIVE. Columns whose names end in "sealed" are encrypted with a key per person
(tink, AES-256-GCM, associated data "SEALED_AS|OWNER|PURPOSE", the plain text is JSON); shared/data_keys.csv holds the
keys.
Unless the manifest says "is_training": true the archive holds personal data.
"""
