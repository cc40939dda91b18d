"""Files in static int8, and the gates that let them through."""
