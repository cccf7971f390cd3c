package io.whimbrel.bench;

import io.whimbrel.codec.Properties;
import io.whimbrel.codec.Qos;
import io.whimbrel.codec.TopicFilter;
import io.whimbrel.codec.TopicName;
import io.whimbrel.core.port.DurabilityLevel;
import io.whimbrel.core.port.Journal;
import io.whimbrel.core.port.JournalRecord;
import io.whimbrel.core.routing.Publication;
import io.whimbrel.core.routing.SessionKey;
import io.whimbrel.store.Store;
import io.whimbrel.store.StoreSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.SynchronousQueue;

/**
 * How long a broker takes to be there again, and what memory it needs then: so many queued and so
 * many retained messages, and a tenth as many sessions that are away.
 *
 * <pre>
 * arguments: launcher, directory, messages
 * </pre>
 */
final class RecoveryCost {
  private static final int PAYLOAD_BYTES = 100;
  private static final int PER_COMMIT = 1_000;

  private RecoveryCost() {}

  public static void main(String[] args) throws Exception {
    Path directory = Files.createTempDirectory(Path.of(args[1]), "recovery-cost");
    int messages = Integer.parseInt(args[2]);
    try {
      Path empty = directory.resolve("empty");
      start(args[0], empty, "nothing");
      Path full = directory.resolve("full");
      fill(full, messages / 10, messages, messages);
      String what = messages / 10 + " sessions, " + messages + " queued, " + messages + " retained";
      start(args[0], full, what);
      start(args[0], full, what + ", after an orderly stop");
      Path sessions = directory.resolve("sessions");
      fill(sessions, messages / 10, 0, 0);
      start(args[0], sessions, messages / 10 + " sessions alone");
      Path queued = directory.resolve("queued");
      fill(queued, messages / 10, messages, 0);
      start(args[0], queued, messages / 10 + " sessions, " + messages + " queued");
    } finally {
      BenchBroker.delete(directory);
    }
  }

  private static void start(String launcher, Path files, String what) throws Exception {
    long began = System.nanoTime();
    try (BenchBroker broker =
        new BenchBroker(Path.of(launcher), files, "--limit", "retained-messages-max=10000000")) {
      double took = (System.nanoTime() - began) / 1e9;
      System.out.println(
          String.format(
              Locale.ROOT,
              "%-70s listening after %5.2f s, %5.2f s of CPU, %,5d MiB resident",
              what,
              took,
              Cpu.of(broker.pid()),
              broker.residentBytes() >> 20));
    }
  }

  private static void fill(Path files, int sessions, int queued, int retained) throws Exception {
    SynchronousQueue<Object> answers = new SynchronousQueue<>();
    try (Store store = Store.open(new StoreSettings(files, 0))) {
      store.begin(System::currentTimeMillis, why -> {});
      Journal journal =
          store.journal(
              mail -> {
                try {
                  answers.put(mail);
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                }
              });
      for (int i = 0; i < sessions; i++) {
        SessionKey session = key(i);
        journal.append(new JournalRecord.SessionOpened(session, ""));
        journal.append(new JournalRecord.SessionConnected(session, 1, 0xFFFF_FFFFL, null));
        journal.append(
            new JournalRecord.Subscribed(
                session,
                TopicFilter.of("plant/" + i % 1000 + "/device/" + i),
                Qos.AT_LEAST_ONCE,
                0,
                false,
                false,
                false));
        journal.append(
            new JournalRecord.SessionDisconnected(
                session, System.currentTimeMillis(), 0xFFFF_FFFFL, false, Long.MAX_VALUE));
        commit(journal, answers, i + 1, sessions);
      }
      for (int i = 0; i < queued; i++) {
        int to = i % sessions;
        journal.append(
            new JournalRecord.Queued(
                key(to),
                i / sessions + 1,
                message("plant/" + to % 1000 + "/device/" + to),
                Qos.AT_LEAST_ONCE,
                false,
                new int[0],
                null));
        commit(journal, answers, i + 1, queued);
      }
      for (int i = 0; i < retained; i++) {
        String topic = "plant/" + i % 1000 + "/state/" + i;
        journal.append(new JournalRecord.Retained(TopicName.of(topic), i + 1, message(topic)));
        commit(journal, answers, i + 1, retained);
      }
    }
  }

  private static void commit(Journal journal, SynchronousQueue<Object> answers, int done, int all)
      throws InterruptedException {
    if (done % PER_COMMIT == 0 || done == all) {
      journal.commit(DurabilityLevel.DISK);
      answers.take();
    }
  }

  private static SessionKey key(int session) {
    return new SessionKey("device-" + session, session + 1);
  }

  private static Publication message(String topic) {
    return Publication.of(
        "publisher",
        TopicName.of(topic),
        Qos.AT_LEAST_ONCE,
        false,
        Properties.NONE,
        new byte[PAYLOAD_BYTES],
        0);
  }
}
