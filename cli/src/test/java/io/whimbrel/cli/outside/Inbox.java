package io.whimbrel.cli.outside;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** What a client was told, in order; filled by its threads, emptied by the test's. */
final class Inbox {
  private final BlockingQueue<Party.Heard> messages = new LinkedBlockingQueue<>();
  private volatile CompletableFuture<Integer> end = new CompletableFuture<>();

  /** A connection begins. */
  void begin() {
    end = new CompletableFuture<>();
  }

  void message(String topic, byte[] payload, int qos, boolean retained) {
    messages.add(new Party.Heard(topic, payload, qos, retained));
  }

  void ended(int reason) {
    end.complete(reason);
  }

  Party.Heard next() throws InterruptedException {
    Party.Heard heard = messages.poll(BrokerProcess.PATIENCE_SECONDS, TimeUnit.SECONDS);
    if (heard == null) {
      throw new AssertionError("no message came");
    }
    return heard;
  }

  int awaitEnd() throws Exception {
    return end.get(BrokerProcess.PATIENCE_SECONDS, TimeUnit.SECONDS);
  }
}
