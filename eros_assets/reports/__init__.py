"""Reports: frames in, bytes or text out. Exports, the calendar page, the digest, the site."""
