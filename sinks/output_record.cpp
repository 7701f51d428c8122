// output_record
