// File formats
