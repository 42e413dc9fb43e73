"""The integration on Home Assistant's own test harness."""
