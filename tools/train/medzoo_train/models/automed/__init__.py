"""SAM-AutoMed."""
