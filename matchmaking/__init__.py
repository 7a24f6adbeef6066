"""Who meets whom, why and when; and the Django project."""
