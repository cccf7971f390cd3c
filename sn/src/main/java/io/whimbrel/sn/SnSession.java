package io.whimbrel.sn;

/**
 * What a gateway keeps of a session, wherever its device is: the broker keeps all else. Owned by
 * the device's shard.
 *
 * @param topics ids of topics
 * @param answered what was asked lately
 */
record SnSession(TopicIds topics, Answered answered) {
  /** It begins anew (6.3). */
  void clear() {
    topics.clear();
    answered.clear();
  }
}
