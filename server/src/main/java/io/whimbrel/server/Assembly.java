package io.whimbrel.server;

import static java.util.Objects.requireNonNull;

import io.whimbrel.core.port.Recovery;
import io.whimbrel.core.shard.Broker;
import io.whimbrel.core.shard.MemoryJournal;
import io.whimbrel.core.shard.Shard;
import io.whimbrel.server.admin.HttpEndpoint;
import io.whimbrel.server.admin.Readiness;
import io.whimbrel.server.audit.Audit;
import io.whimbrel.server.audit.AuditFileException;
import io.whimbrel.server.auth.BrokerAccess;
import io.whimbrel.server.auth.HttpCallout;
import io.whimbrel.server.auth.PasswordChecks;
import io.whimbrel.server.auth.Plugins;
import io.whimbrel.server.config.ConfigSource;
import io.whimbrel.server.config.EffectiveConfig;
import io.whimbrel.server.config.ListenerKind;
import io.whimbrel.server.config.ServerConfig;
import io.whimbrel.server.dtls.DtlsFiles;
import io.whimbrel.server.files.AuthFileException;
import io.whimbrel.server.guard.GuardedAccess;
import io.whimbrel.server.guard.Intake;
import io.whimbrel.server.guard.Overload;
import io.whimbrel.server.guard.UnfinishedBytes;
import io.whimbrel.server.metrics.ClientEvents;
import io.whimbrel.server.metrics.CountingObserver;
import io.whimbrel.server.metrics.Counts;
import io.whimbrel.server.metrics.EventLog;
import io.whimbrel.server.metrics.GuardVitals;
import io.whimbrel.server.metrics.MetricTable;
import io.whimbrel.server.metrics.Scrape;
import io.whimbrel.server.metrics.StoreVitals;
import io.whimbrel.server.metrics.SysTopics;
import io.whimbrel.server.net.BrokerClock;
import io.whimbrel.server.net.ChannelPeer;
import io.whimbrel.server.net.EventLoops;
import io.whimbrel.server.net.Gate;
import io.whimbrel.server.net.Listener;
import io.whimbrel.server.net.LoopMailboxes;
import io.whimbrel.server.net.Mailbox;
import io.whimbrel.server.net.ShardLoop;
import io.whimbrel.server.net.Transport;
import io.whimbrel.server.rights.Denials;
import io.whimbrel.server.sn.SnCounts;
import io.whimbrel.server.tls.TlsContexts;
import io.whimbrel.server.tls.TlsFileException;
import io.whimbrel.server.token.IssuerWeb;
import io.whimbrel.server.token.TokenEvents;
import io.whimbrel.server.token.TokenIssuers;
import io.whimbrel.store.Store;
import io.whimbrel.store.StoreCounts;
import io.whimbrel.store.StoreException;
import io.whimbrel.store.StoreSettings;
import io.whimbrel.store.UnreadableStoreException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** All parts of a broker, made in the order in which they need each other. */
final class Assembly {
  private static final long GOODBYE_MILLIS_MAX = 5_000;

  private static final long DROPS_TOLD_AGAIN_MILLIS = 60_000;

  private static final long AUDIT_SUMMED_MILLIS = 1_000;

  private static final long SWEEP_MILLIS = 1_000;

  private final ServerConfig config;
  private final @Nullable Store store;
  private final Recovery recovery;
  private final BrokerClock clock;
  private final EventLoops eventLoops;
  private final Counts counts;
  private final EventLog log = new EventLog(System::nanoTime);
  private final Audit audit = new Audit(System::currentTimeMillis);
  private final ClientEvents told = ClientEvents.both(log, audit);
  private final Intake intake;
  private final Gate gate;
  private final Broker broker;
  private final Readiness readiness = new Readiness();
  private final Scrape scrape;
  private final HttpEndpoint http;
  private final List<ShardLoop> shardLoops = new ArrayList<>();
  private final PasswordChecks passwordChecks = new PasswordChecks();
  private final Denials denials =
      new Denials(
          Denials.Told.both(
              (who, publish, topic, why) ->
                  log.denied(who.clientId(), who.user(), publish, topic, why),
              audit));
  private final TokenEvents tokenEvents = new TokenEvents(log::tokenRefused);
  private final IssuerWeb issuerWeb;
  private final Reloads reloads;
  private final SysPublisher sysTopics;
  private final @Nullable TlsContexts tls;
  private final DtlsFiles dtls;
  private final HttpCallout callout;
  private final Plugins plugins;
  private final BrokerAccess access;
  private final Overload overload;
  private final UnfinishedBytes unfinishedBytes;
  private final GuardedAccess guard;

  // Guarded by this object's monitor: who starts and who stops may be two threads.
  private final Doors doors;
  private final SnDoors snDoors;
  private final Controls controls;
  private boolean turning;
  private boolean stopped;

  /** See {@link Server#prepare}. */
  static void prepare() {
    Store.prepare();
    Transport.best();
  }

  /**
   * Opens the store and puts everything together; nothing listens yet.
   *
   * @param onFailure told, on some thread, why the broker acknowledges nothing any more
   */
  static Assembly of(EffectiveConfig effective, ConfigSource source, Consumer<String> onFailure)
      throws StartException {
    ServerConfig config = effective.config();
    Store kept = config.needsStore() ? open(config.storage()) : null;
    try {
      return new Assembly(effective, source, kept, onFailure);
    } catch (TlsFileException | AuthFileException | AuditFileException refused) {
      if (kept != null) {
        kept.close();
      }
      throw new StartException(String.valueOf(refused.getMessage()), refused);
    } catch (RuntimeException | Error failed) {
      if (kept != null) {
        kept.close(); // nothing else knows of it
      }
      throw failed;
    }
  }

  private Assembly(
      EffectiveConfig effective,
      ConfigSource source,
      @Nullable Store kept,
      Consumer<String> onFailure)
      throws TlsFileException, AuthFileException, AuditFileException {
    config = effective.config();
    store = kept;
    reloads = new Reloads(effective, source, parts(source), audit); // before files are read
    tls = config.listeners().isEncrypted() ? TlsContexts.of(config.tls()) : null;
    dtls = DtlsFiles.of(config.sn().links());
    callout = HttpCallout.of(config.auth().http(), System::currentTimeMillis, log::plugin);
    plugins = Plugins.of(config.auth(), log::plugin);
    BrokerClock steady = new BrokerClock(0);
    issuerWeb =
        new IssuerWeb(config.auth().tokens().webTimeoutMillis(), steady::millis, log::issuer);
    TokenIssuers issuers =
        new TokenIssuers(
            issuerWeb,
            passwordChecks,
            System::currentTimeMillis,
            steady::millis,
            tokenEvents,
            log::issuer);
    access =
        BrokerAccess.of(
            config.auth(),
            config.tls().userFrom(),
            passwordChecks,
            callout,
            plugins,
            issuers,
            denials);
    audit.ready(config.log().auditFile()).apply();
    recovery = kept == null ? Recovery.EMPTY : kept.recovery();
    clock = new BrokerClock(recovery.markMillis());
    if (kept != null) {
      kept.begin(
          clock::millis,
          why -> {
            readiness.becomes(Readiness.State.FAILED);
            onFailure.accept(why);
          });
    }
    int asked = config.listeners().eventLoops();
    int count = asked > 0 ? asked : EventLoops.countFor(Runtime.getRuntime().availableProcessors());
    eventLoops = new EventLoops(Transport.best(), count, ChannelPeer::new);
    counts = new Counts(count);
    overload =
        new Overload(config.overload().loopDelayMaxMillis(), log::overloaded, log::recovered);
    unfinishedBytes = new UnfinishedBytes(config.overload().unfinishedBytesMax());
    ServerConfig.Rates rates = config.rates();
    guard =
        new GuardedAccess(
            access, rates, config.logins(), clock::millis, eventLoops::later, this::banned);
    intake =
        new Intake(
            rates.connectionsMax(),
            rates.connectionsPerAddressMax(),
            overload,
            guard::isBanned,
            clock::millis);
    gate =
        new Gate(
            config.limits().connectionsMax(),
            config.listeners().connectionsPerAddressMax(),
            intake);
    List<Mailbox> mailboxes = eventLoops.mailboxes();
    LoopMailboxes posts = new LoopMailboxes(mailboxes);
    broker =
        new Broker(
            count,
            config.limits(),
            guard,
            new CountingObserver(counts, told),
            posts,
            (shard, listener) ->
                kept == null
                    ? new MemoryJournal(listener)
                    : kept.journal(mail -> posts.post(shard, mail)),
            new SecureRandom().nextLong());
    for (int i = 0; i < count; i++) {
      Shard shard = broker.shards().get(i);
      shardLoops.add(
          new ShardLoop(
              eventLoops.loops().get(i),
              shard,
              mailboxes.get(i),
              clock,
              config.limits(),
              counts.shard(i),
              told,
              overload,
              unfinishedBytes));
    }
    sysTopics =
        new SysPublisher(
            shardLoops.get(0),
            broker.shards().get(0),
            new SysTopics(counts, broker, gate::open, Version.text(), System::nanoTime));
    scrape =
        new Scrape(
            new MetricTable(
                counts,
                broker,
                gate::open,
                shardLoops,
                kept == null ? StoreVitals.NONE : vitals(kept.counts()),
                Vitals.of(reloads, callout, plugins, denials, audit, tokenEvents, issuerWeb),
                guardVitals()));
    http = new HttpEndpoint(readiness, scrape);
    doors = new Doors(eventLoops, config.listeners(), reloads::config, gate);
    snDoors =
        new SnDoors(
            doors,
            eventLoops,
            shardLoops,
            broker.shards(),
            shard -> new SnCounts(counts.shard(shard), told),
            dtls);
    controls = new Controls(config, new Dismissals(broker.shards()), log, audit);
  }

  /** What can be made anew, in the order in which it is. */
  private List<Part> parts(ConfigSource source) {
    List<Part> all = new ArrayList<>();
    if (config.listeners().isEncrypted()) {
      all.add(
          new Part(
              "certificates",
              next -> TlsContexts.files(next.tls()),
              next -> requireNonNull(tls).ready(next.tls())));
    }
    all.add(
        new Part(
            "keys of devices",
            next -> DtlsFiles.paths(next.sn().links()),
            next -> dtls.ready(next.sn().links())));
    all.add(
        new Part(
            "users and keys",
            next -> next.auth().entranceFiles(),
            next -> access.readyEntrance(next.auth(), next.tls().userFrom())));
    all.add(
        new Part(
            "rights", next -> next.auth().rightsFiles(), next -> access.readyRights(next.auth())));
    all.add(new Part("audit log", next -> List.of(), next -> audit.ready(next.log().auditFile())));
    all.add(Part.of("limits", next -> takeOn(next, source)));
    return all;
  }

  private void takeOn(ServerConfig next, ConfigSource source) {
    broker.limits(next.limits());
    gate.limits(next.limits().connectionsMax(), next.listeners().connectionsPerAddressMax());
    intake.limits(next.rates().connectionsMax(), next.rates().connectionsPerAddressMax());
    guard.limits(next.rates(), next.logins());
    overload.limit(next.overload().loopDelayMaxMillis());
    unfinishedBytes.limit(next.overload().unfinishedBytesMax());
    sysTopics.every(next.sysTopics().intervalSeconds());
    if (store != null) {
      store.freeBytesMin(next.storage().freeBytesMin());
    }
    source.log(next.log());
  }

  /** Reads the files a broker of this configuration would read, and forgets them. */
  static void check(ServerConfig config) throws StartException {
    PasswordChecks none = new PasswordChecks();
    try {
      if (config.listeners().isEncrypted()) {
        TlsContexts.of(config.tls()).close();
      }
      DtlsFiles.of(config.sn().links());
      Plugins plugins = Plugins.of(config.auth(), why -> {});
      plugins.stop();
      Denials untold = new Denials((client, publish, topic, why) -> {});
      IssuerWeb unspoken = new IssuerWeb(1, () -> 0, (issuer, word) -> {});
      TokenIssuers issuers =
          new TokenIssuers(
              unspoken,
              none,
              () -> 0,
              () -> 0,
              new TokenEvents((client, why) -> {}),
              (issuer, word) -> {});
      HttpCallout unasked = HttpCallout.of(config.auth().http(), () -> 0, why -> {});
      unasked.stop();
      BrokerAccess.of(
          config.auth(), config.tls().userFrom(), none, unasked, plugins, issuers, untold);
      unspoken.close();
      Audit.check(config.log().auditFile());
    } catch (TlsFileException | AuthFileException | AuditFileException refused) {
      throw new StartException(String.valueOf(refused.getMessage()), refused);
    } finally {
      none.stop();
    }
  }

  private void banned(String who, String why) {
    log.banned(who, why);
    audit.banned(who, why);
  }

  private GuardVitals guardVitals() {
    return new GuardVitals(
        guard::failed,
        guard::delayed,
        guard::userBans,
        guard::addressBans,
        guard::clientBans,
        guard::unchecked,
        unfinishedBytes::sum,
        overload::isOn);
  }

  private static StoreVitals vitals(StoreCounts counts) {
    return new StoreVitals() {
      @Override
      public long batches() {
        return counts.batches();
      }

      @Override
      public long bytes() {
        return counts.bytes();
      }

      @Override
      public long syncs() {
        return counts.syncs();
      }

      @Override
      public double syncSeconds() {
        return counts.syncNanos() / 1e9;
      }

      @Override
      public long pageMessages() {
        return counts.pageMessages();
      }
    };
  }

  private static Store open(ServerConfig.Storage storage) throws StartException {
    try {
      return Store.open(
          new StoreSettings(
              storage.directory(), storage.freeBytesMin(), storage.commitDelayMicros()));
    } catch (StoreException refused) {
      throw new StartException(String.valueOf(refused.getMessage()), refused);
    }
  }

  /** Takes on what the store remembers, and gives the shards their first turns. */
  private void load() throws StartException {
    try {
      broker.load(recovery, clock.millis());
    } catch (UnreadableStoreException damaged) {
      throw new StartException(String.valueOf(damaged.getMessage()), damaged);
    }
    turning = true;
    eventLoops.start(shardLoops);
    shardLoops.get(0).every(DROPS_TOLD_AGAIN_MILLIS, log::forgetDrops);
    shardLoops.get(0).every(DROPS_TOLD_AGAIN_MILLIS, denials::forget);
    shardLoops.get(0).every(AUDIT_SUMMED_MILLIS, audit::sumUp);
    shardLoops.get(0).every(SWEEP_MILLIS, guard::sweep);
    sysTopics.every(config.sysTopics().intervalSeconds());
  }

  /** See {@link Server#reload}. */
  CompletableFuture<Boolean> reload() {
    return reloads.reload();
  }

  Broker broker() {
    return broker;
  }

  /** Opens the doors: first the one that tells how far the start is. */
  synchronized void listen() throws StartException {
    ServerConfig.Listeners at = config.listeners();
    doors.open(Listening.Kind.HTTP, config.http().bind(), config.http().port(), http::listen);
    load();
    doors.open(at.tcpPort(), Listener.mqtt(ListenerKind.TCP, at.tcpDurability()));
    doors.open(
        at.websocketPort(), Listener.websocket(ListenerKind.WEBSOCKET, at.websocketDurability()));
    TlsContexts encrypted = tls;
    if (encrypted != null) {
      doors.open(
          at.tlsPort(),
          Listener.mqtt(ListenerKind.TLS, at.tcpDurability())
              .encrypted(new Listener.Encryption(encrypted::mqtt, encrypted::judge)));
      doors.open(
          at.wssPort(),
          Listener.websocket(ListenerKind.WSS, at.websocketDurability())
              .encrypted(new Listener.Encryption(encrypted::websocket, encrypted::judge)));
    }
    if (at.unix().isPresent()) {
      doors.open(at.unix().get(), Listener.mqtt(ListenerKind.UNIX, at.tcpDurability()));
    }
    snDoors.open(config.sn().links());
    controls.open();
    reloads.start();
    readiness.started();
    audit.started(Version.text(), listening().stream().map(Listening::toString).toList());
    if (!config.http().port().isOff()) {
      scrape.prepare(); // clients connect meanwhile
    }
  }

  synchronized List<Listening> listening() {
    return doors.listening();
  }

  synchronized void stop() {
    if (stopped) {
      return;
    }
    stopped = true;
    readiness.becomes(Readiness.State.STOPPING);
    reloads.stop();
    controls.close();
    doors.close();
    if (turning) { // else a turn would act on, and record, what was loaded of a store half read
      shardLoops.forEach(ShardLoop::shutdown);
      eventLoops.settle();
    }
    snDoors.close(); // when they have said goodbye
    try {
      gate.awaitEmpty(GOODBYE_MILLIS_MAX);
    } catch (InterruptedException hurried) {
      Thread.currentThread().interrupt();
    }
    if (eventLoops.stop()) {
      shardLoops.forEach(ShardLoop::ended);
    }
    Store kept = store;
    if (kept != null) {
      kept.close(); // behind the last turn of every shard
    }
    passwordChecks.stop();
    issuerWeb.close();
    callout.stop();
    plugins.stop();
    audit.stop(); // behind the last client
    if (tls != null) {
      tls.close();
    }
    http.stop();
    scrape.close();
  }
}
