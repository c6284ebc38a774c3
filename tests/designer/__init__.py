"""Tests of what staff change in the browser of what their council writes."""
