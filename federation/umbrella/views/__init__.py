"""Views of the umbrella portal: route name = view = template."""
