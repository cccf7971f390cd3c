package io.whimbrel.core;

import io.whimbrel.core.port.JournalRecord;
import io.whimbrel.core.session.BrokerImage;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** What a journal's records make, in words that can be compared. */
final class ImageWords {
  private ImageWords() {}

  /** A message that stays on disk counts as what it is known by. */
  static List<String> of(BrokerImage image) {
    List<String> words = new ArrayList<>();
    image.forEachRecord(
        record -> {
          if (record instanceof JournalRecord.Stored r) {
            words.add(r.session() + " keeps " + r.sequence() + " of " + r.bytes());
          } else if (record instanceof JournalRecord.Queued r && r.shareFilter() == null) {
            words.add(r.session() + " keeps " + r.sequence() + " of " + r.publication().bytes());
          } else if (!(record instanceof JournalRecord.Retained r && r.message() == null)) {
            words.add(JournalHistory.words(record));
          }
        });
    Collections.sort(words);
    return words;
  }
}
