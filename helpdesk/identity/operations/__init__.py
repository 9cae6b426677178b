"""Signing in and its ways around: each flow a function; they flush, never commit."""
