"""What happens to an award after it was issued: corrected, merged, ended, erased."""
