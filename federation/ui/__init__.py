"""The design system: KERN UX as Jinja macros, layouts, the gallery."""
