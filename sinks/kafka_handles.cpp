// kafka_handles
