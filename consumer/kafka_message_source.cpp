// kafka_message_source
