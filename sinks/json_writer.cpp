// json_writer
