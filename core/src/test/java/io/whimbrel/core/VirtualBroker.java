package io.whimbrel.core;

import io.whimbrel.codec.Connect;
import io.whimbrel.codec.Qos;
import io.whimbrel.codec.ReasonCode;
import io.whimbrel.codec.TopicFilter;
import io.whimbrel.codec.TopicName;
import io.whimbrel.core.port.Access;
import io.whimbrel.core.port.Admission;
import io.whimbrel.core.port.BrokerObserver;
import io.whimbrel.core.port.DropReason;
import io.whimbrel.core.port.DurabilityLevel;
import io.whimbrel.core.port.Identity;
import io.whimbrel.core.port.JournalRecord;
import io.whimbrel.core.port.Limits;
import io.whimbrel.core.port.Mailboxes;
import io.whimbrel.core.port.Origin;
import io.whimbrel.core.port.QueuePage;
import io.whimbrel.core.port.Recovery;
import io.whimbrel.core.port.Rights;
import io.whimbrel.core.shard.Broker;
import io.whimbrel.core.shard.Shard;
import io.whimbrel.core.shard.ShardMail;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A broker on one thread with virtual time: real shards, connections and sessions, a mailbox for
 * each shard, a {@link HeldJournal} for each. Tests say when the journal becomes durable and how
 * time passes.
 */
public final class VirtualBroker implements Mailboxes, BrokerObserver {
  private final List<ArrayDeque<Mail>> mailboxes = new ArrayList<>();
  private final List<HeldJournal> journals = new ArrayList<>();
  private final Broker broker;
  private final Map<DropReason, Integer> drops = new EnumMap<>(DropReason.class);
  private final List<Throwable> internalErrors = new ArrayList<>();
  private final List<String> marks = new ArrayList<>();
  private final List<Runnable> latePages = new ArrayList<>();
  private boolean pagesHeld;
  private int lost;
  private boolean defective;
  private long now = 1_000_000;

  /** One shard, ordinary limits, everybody welcome. */
  public VirtualBroker() {
    this(1, limits());
  }

  /** So many shards with the given limits. */
  public VirtualBroker(int shards, Limits limits) {
    this(shards, limits, new OpenAccess(), Recovery.EMPTY);
  }

  /** So many shards where not everybody is welcome. */
  public VirtualBroker(int shards, Limits limits, Access access) {
    this(shards, limits, access, Recovery.EMPTY);
  }

  /** All there is to choose. */
  public VirtualBroker(int shards, Limits limits, Access access, Recovery recovery) {
    this(shards, limits, access, recovery, false);
  }

  private VirtualBroker(
      int shards, Limits limits, Access access, Recovery recovery, boolean keepsQueues) {
    for (int i = 0; i < shards; i++) {
      mailboxes.add(new ArrayDeque<>());
    }
    HeldJournal.Log log = log(keepsQueues, recovery);
    broker =
        new Broker(
            shards,
            limits,
            access,
            this,
            this,
            (shard, listener) -> {
              HeldJournal journal = new HeldJournal(log, listener, page -> answer(shard, page));
              journals.add(journal);
              return journal;
            },
            42);
    now = Math.max(now, recovery.markMillis());
    broker.load(recovery, now);
  }

  /** One whose journal gives queued messages back, so that they need not be kept in memory. */
  public static VirtualBroker keepingQueues(int shards, Limits limits) {
    return new VirtualBroker(shards, limits, new OpenAccess(), Recovery.EMPTY, true);
  }

  /** The next life of a broker after a crash. */
  public VirtualBroker after(int shards, Limits limits) {
    return new VirtualBroker(shards, limits, new OpenAccess(), durable());
  }

  private static HeldJournal.Log log(boolean keepsQueues, Recovery recovery) {
    return recovery instanceof HeldJournal.Left left
        ? new HeldJournal.Log(left.keepsQueues(), left.records())
        : new HeldJournal.Log(keepsQueues, List.of());
  }

  private void answer(int shard, QueuePage page) {
    Mail mail = new ShardMail.Page(page);
    if (pagesHeld) {
      latePages.add(() -> post(shard, mail));
    } else {
      post(shard, mail);
    }
  }

  /** The defaults of the server, with small queues. */
  public static Limits limits() {
    return VirtualLimits.with(limits -> {});
  }

  @Override
  public void post(int shard, Mail mail) {
    mailboxes.get(shard).add(mail);
  }

  // ---------------------------------------------------------------- running

  /** Runs turns until nothing more happens by itself; time stands still. */
  public void run() {
    boolean busy = true;
    for (int round = 0; busy; round++) {
      if (round > 100_000) {
        throw new AssertionError("the broker does not come to rest");
      }
      busy = false;
      for (int i = 0; i < mailboxes.size(); i++) {
        busy |= turn(i, () -> {});
      }
      busy |= mailboxes.stream().anyMatch(mailbox -> !mailbox.isEmpty());
    }
    if (!internalErrors.isEmpty() && !defective) {
      throw new AssertionError("internal error", internalErrors.get(0));
    }
  }

  /** One turn of one shard with something extra in it; whether anything was there to do. */
  boolean turn(int index, Runnable extra) {
    Shard shard = broker.shards().get(index);
    ArrayDeque<Mail> mailbox = mailboxes.get(index);
    boolean busy = !mailbox.isEmpty() || shard.nextMillis() <= now;
    shard.beginTurn(now);
    extra.run();
    for (int left = mailbox.size(); left > 0; left--) {
      shard.receive(mailbox.remove());
    }
    shard.advance();
    shard.endTurn();
    return busy;
  }

  /** Lets time pass, running whatever falls due on the way. */
  public void pass(long millis) {
    long until = now + millis;
    run();
    while (true) {
      long next = Long.MAX_VALUE;
      for (Shard shard : broker.shards()) {
        next = Math.min(next, shard.nextMillis());
      }
      if (next > until) {
        break;
      }
      now = Math.max(now, next);
      run();
    }
    now = until;
    run();
  }

  /** Time passes, and nothing is run before the next event: the loop is that late. */
  public void lateBy(long millis) {
    now += millis;
  }

  // ---------------------------------------------------------------- clients and journals

  /** A network connection to the first shard. */
  public VirtualClient client() {
    return client(0);
  }

  /** A network connection to a shard. */
  public VirtualClient client(int shard) {
    return client(shard, DurabilityLevel.DISK);
  }

  /** A network connection to a shard, by a listener of that level. */
  public VirtualClient client(int shard, DurabilityLevel level) {
    return new VirtualClient(this, shard, level);
  }

  /** A network connection to the first shard, accepted some time ago. */
  public VirtualClient clientSince(long acceptedMillis) {
    return new VirtualClient(this, 0, DurabilityLevel.DISK, acceptedMillis);
  }

  /** From now on nothing becomes durable until {@link #release}. */
  public void holdJournal() {
    journals.forEach(HeldJournal::hold);
  }

  /** The operating system has all that was committed so far; the disk has not. */
  public void writeJournal() {
    journals.get(0).write();
    run();
  }

  /** From now on the store has no room, or has it again. */
  public void storeFull(boolean now) {
    journals.get(0).full(now);
  }

  /** All that was ever committed, durable or not. */
  public List<JournalRecord> records() {
    return journals.get(0).records();
  }

  /** What each commit said was needed. */
  public List<DurabilityLevel> commits() {
    return journals.get(0).needed();
  }

  /** What the end of the process alone would leave: the records that were written. */
  public Recovery written() {
    return durable(journals.get(0).written());
  }

  /** All that was committed becomes durable, and so does what follows. */
  public void releaseJournal() {
    journals.forEach(HeldJournal::release);
    run();
  }

  /** From now on no page that is read arrives before {@link #releasePages}. */
  public void holdPages() {
    pagesHeld = true;
  }

  /** The pages that were read arrive. */
  public void releasePages() {
    pagesHeld = false;
    latePages.forEach(Runnable::run);
    latePages.clear();
    run();
  }

  /** How many pages are on their way. */
  public int pagesOnTheirWay() {
    return latePages.size();
  }

  /** What a crash would leave: the durable records. */
  public Recovery durable() {
    return durable(0);
  }

  /** The same where so many of the batches that wait reached the disk, but nobody heard of it. */
  public Recovery durable(int more) {
    return journals.get(0).recovery(now, more);
  }

  /** How many batches wait to become durable. */
  public int pendingBatches() {
    return journals.get(0).pending();
  }

  /** The store fails. */
  public void failJournal() {
    journals.forEach(HeldJournal::fail);
    run();
  }

  /** Broker time. */
  public long now() {
    return now;
  }

  /** The broker. */
  public Broker broker() {
    return broker;
  }

  /** How many messages were dropped for a reason. */
  public int dropped(DropReason reason) {
    return drops.getOrDefault(reason, 0);
  }

  /** From now on it is expected to have defects. */
  public void expectDefects() {
    defective = true;
  }

  /** What was thrown where nothing should have been. */
  public List<Throwable> defects() {
    return internalErrors;
  }

  /** The rare things that were reached. */
  public List<String> marks() {
    return marks;
  }

  /** Subscriptions that clients lost the right to when they proved themselves again. */
  public int lost() {
    return lost;
  }

  @Override
  public void reauthenticated(int shard, Identity who, int lostNow) {
    lost += lostNow;
  }

  @Override
  public void messageDropped(int shard, DropReason reason, String clientId) {
    drops.merge(reason, 1, Integer::sum);
  }

  @Override
  public void internalError(int shard, String where, Throwable cause) {
    internalErrors.add(cause);
  }

  @Override
  public void mark(String name) {
    marks.add(name);
  }

  /**
   * Lets everybody in; refuses topics that begin with {@code secret/} and the user {@code evil}.
   */
  public static class OpenAccess implements Access {
    @Override
    public void authenticate(String clientId, Connect connect, Origin origin, Answer answer) {
      String user = connect.userName();
      if ("evil".equals(user)) {
        answer.refuse(ReasonCode.BAD_USER_NAME_OR_PASSWORD);
      } else if (connect.properties().has(io.whimbrel.codec.PropertyId.AUTHENTICATION_METHOD)) {
        answer.refuse(ReasonCode.BAD_AUTHENTICATION_METHOD);
      } else {
        String name = user == null ? "" : user;
        Identity who = new Identity(clientId, name, "password", origin);
        answer.accept(Admission.of(name, "password", rightsOf(who)));
      }
    }

    @Override
    public void continueAuthentication(
        String clientId,
        Connect connect,
        Origin origin,
        byte @Nullable [] data,
        @Nullable Object state,
        Answer answer) {
      answer.refuse(ReasonCode.NOT_AUTHORIZED);
    }

    @Override
    public Rights rightsOf(Identity who) {
      return new Rights() {
        @Override
        public ReasonCode mayPublish(TopicName topic, Qos qos, boolean retain) {
          return OpenAccess.this.mayPublish(who, topic, qos, retain);
        }

        @Override
        public ReasonCode maySubscribe(TopicFilter filter, Qos qos) {
          return OpenAccess.this.maySubscribe(who, filter, qos);
        }

        @Override
        public boolean mayReceive(TopicName topic) {
          return OpenAccess.this.mayReceive(who, topic);
        }
      };
    }

    /** See {@link Rights}. */
    public ReasonCode mayPublish(Identity who, TopicName topic, Qos qos, boolean retain) {
      return topic.toString().startsWith("secret/") || topic.isSys()
          ? ReasonCode.NOT_AUTHORIZED
          : ReasonCode.SUCCESS;
    }

    /** See {@link Rights}. */
    public ReasonCode maySubscribe(Identity who, TopicFilter filter, Qos qos) {
      return filter.toString().startsWith("secret/")
          ? ReasonCode.NOT_AUTHORIZED
          : ReasonCode.granted(qos);
    }

    /** See {@link Rights}. */
    public boolean mayReceive(Identity who, TopicName topic) {
      return true;
    }
  }
}
