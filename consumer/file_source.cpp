// file_source
