"""What Keycloak needs of a machine: found where it may be, else told in a sentence. No Java runs here."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from federation.devstack import keycloak_distribution, keycloak_extension, keycloak_java
from federation.devstack.errors import DevstackError
from federation.devstack.keycloak import write_hosts
from federation.devstack.keycloak_java import Java, KeycloakUnavailableError, find_java, find_maven


def make_java(place: Path, version: str) -> Path:
    """Write a program that tells a version as Java does."""
    program = place / "bin" / "java"
    program.parent.mkdir(parents=True)
    program.write_text(f"#!/bin/sh\necho 'openjdk version \"{version}\" 2026-01-01' >&2\n", encoding="utf-8")
    program.chmod(0o755)
    return program


@pytest.fixture(autouse=True)
def bare_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No Java and no Maven anywhere."""
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", f"{tmp_path}/empty:/usr/sbin")
    monkeypatch.setattr(keycloak_java, "_PLACES", (tmp_path / "jvm",))


def test_java_home_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_java(tmp_path / "jvm" / "java-21", "21.0.1")
    named = make_java(tmp_path / "mine", "17.0.2")
    monkeypatch.setenv("JAVA_HOME", str(tmp_path / "mine"))
    assert find_java() == Java(named, 17)


def test_one_that_is_too_old_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_java(tmp_path / "mine", "11.0.2")
    monkeypatch.setenv("JAVA_HOME", str(tmp_path / "mine"))
    newer = make_java(tmp_path / "jvm" / "java-25", "25")
    assert find_java() == Java(newer, 25)


def test_without_java_a_sentence_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(KeycloakUnavailableError, match=r"default-jdk-headless maven.*no Java"):
        find_java()
    make_java(tmp_path / "mine", "11.0.2")
    monkeypatch.setenv("JAVA_HOME", str(tmp_path / "mine"))
    with pytest.raises(KeycloakUnavailableError, match="JAVA_HOME"):
        find_java()


def test_without_maven_a_sentence_says_what_to_install() -> None:
    with pytest.raises(KeycloakUnavailableError, match="no mvn"):
        find_maven()


def test_an_archive_with_another_checksum_is_thrown_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    maven = tmp_path / "empty" / "mvn"
    maven.parent.mkdir()
    maven.write_text(f"#!/bin/sh\necho something else > {tmp_path}/{keycloak_distribution._FILE}\n", encoding="utf-8")
    maven.chmod(0o755)
    monkeypatch.setattr(keycloak_distribution, "cache_folder", lambda: tmp_path)
    with pytest.raises(DevstackError, match="SHA-256"):
        keycloak_distribution.built_distribution("dev-mem", java=Java(Path("/no/java"), 17))
    assert not list(tmp_path.glob("*.tar.gz"))


def test_where_maven_reaches_nothing_keycloak_is_unavailable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    maven = tmp_path / "empty" / "mvn"
    maven.parent.mkdir()
    maven.write_text("#!/bin/sh\necho no route >&2\nexit 1\n", encoding="utf-8")
    maven.chmod(0o755)
    monkeypatch.setattr(keycloak_distribution, "cache_folder", lambda: tmp_path)
    with pytest.raises(KeycloakUnavailableError, match=r"(?s)mirror.*no route"):
        keycloak_distribution.built_distribution("dev-mem", java=Java(Path("/no/java"), 17))


def test_the_names_that_keycloak_finds_are_added_to(tmp_path: Path) -> None:
    hosts = tmp_path / "hosts"
    write_hosts(hosts, names=["gladbeck.localhost"])
    write_hosts(hosts, names=["gladbeck.localhost", ("192.0.2.7", "db.example")])
    assert hosts.read_text(encoding="utf-8").splitlines() == [
        "127.0.0.1 localhost",
        "127.0.0.1 gladbeck.localhost",
        "192.0.2.7 db.example",
    ]


def test_the_extension_is_compiled_for_the_keycloak_that_runs() -> None:
    pom = (keycloak_extension.SOURCES / "pom.xml").read_text(encoding="utf-8")
    assert f"<keycloak.version>{keycloak_distribution.VERSION}</keycloak.version>" in pom


def test_another_source_of_the_extension_is_another_build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = keycloak_extension.sources_print()
    sources = Path(shutil.copytree(keycloak_extension.SOURCES, tmp_path / "extension"))
    monkeypatch.setattr(keycloak_extension, "SOURCES", sources)
    (sources / "target").mkdir(exist_ok=True)
    (sources / "target" / "left-behind.jar").touch()
    assert keycloak_extension.sources_print() == before
    (one, *_others) = sources.rglob("*.java")
    one.write_text(one.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    assert keycloak_extension.sources_print() != before


def test_where_the_extension_cannot_be_built_a_sentence_says_what_it_needs(tmp_path: Path) -> None:
    maven = tmp_path / "empty" / "mvn"
    maven.parent.mkdir()
    maven.write_text("#!/bin/sh\necho no compiler is provided\nexit 1\n", encoding="utf-8")
    maven.chmod(0o755)
    with pytest.raises(KeycloakUnavailableError, match=r"(?s)a JDK.*no compiler is provided"):
        keycloak_extension.build_extension(tmp_path, java=Java(Path("/no/java"), 17))
    assert [path.name for path in tmp_path.iterdir()] == ["empty"], "nothing is left behind"
