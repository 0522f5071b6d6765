"""Drafts and the rules of publishing."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models

import tenants.ids

_OPEN = ["writing", "in_review", "scheduled"]


class Migration(migrations.Migration):
    initial = True

    dependencies = [("services", "0003_versions")]

    operations = [
        migrations.CreateModel(
            name="EditingRules",
            fields=[
                ("region_slug", models.SlugField(max_length=40, primary_key=True, serialize=False)),
                ("four_eyes", models.BooleanField(default=False)),
                ("changed_by", models.CharField(blank=True, max_length=200)),
                ("changed_at", models.DateTimeField(auto_now=True)),
            ],
        ),
        migrations.CreateModel(
            name="Draft",
            fields=[
                ("id", models.UUIDField(default=tenants.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("layer", models.CharField(max_length=12)),
                ("area", models.CharField(blank=True, max_length=40)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("writing", "in Arbeit"),
                            ("in_review", "zur Prüfung"),
                            ("scheduled", "freigegeben, wird später veröffentlicht"),
                            ("published", "veröffentlicht"),
                            ("discarded", "verworfen"),
                        ],
                        default="writing",
                        max_length=10,
                    ),
                ),
                ("changes", models.JSONField(default=dict)),
                ("locks", models.JSONField(default=dict)),
                ("head", models.JSONField(default=dict)),
                ("version", models.PositiveIntegerField(default=0)),
                ("note", models.TextField(blank=True)),
                ("comment", models.TextField(blank=True)),
                ("created_by", models.CharField(blank=True, max_length=200)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("edited_by", models.CharField(blank=True, max_length=200)),
                ("edited_by_id", models.UUIDField(blank=True, null=True)),
                ("edited_at", models.DateTimeField()),
                ("submitted_by", models.CharField(blank=True, max_length=200)),
                ("submitted_at", models.DateTimeField(blank=True, null=True)),
                ("approved_by", models.CharField(blank=True, max_length=200)),
                ("publish_at", models.DateTimeField(blank=True, null=True)),
                ("closed_by", models.CharField(blank=True, max_length=200)),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                ("published_number", models.PositiveIntegerField(blank=True, null=True)),
                (
                    "service",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="services.service"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(condition=models.Q(("state__in", _OPEN)), fields=["state"], name="draft_open"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", _OPEN)),
                        fields=("service", "layer", "area"),
                        name="draft_one_open_per_layer",
                    ),
                ],
            },
        ),
    ]
