package io.whimbrel.server.token;

import io.whimbrel.server.config.IssuerConfig;
import io.whimbrel.server.config.ServerConfig;
import io.whimbrel.server.files.AuthFileException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;

/**
 * Makes issuers of their configuration. What was fetched of one is kept while files are read again.
 * Not for several threads at once.
 */
public final class TokenIssuers {
  private final TokenWeb web;
  private final Executor threads;
  private final LongSupplier dayMillis;
  private final LongSupplier steadyMillis;
  private final TokenEvents events;
  private final BiConsumer<String, String> told;
  private final Map<IssuerConfig, RemoteKeys> remote = new HashMap<>();
  private final Map<IssuerConfig, Introspecting> introspecting = new HashMap<>();

  /**
   * @param threads where signatures are checked
   * @param dayMillis the time of day, by which tokens end
   * @param steadyMillis time that runs evenly whatever is done to that, by which keys grow old
   * @param told hears of an issuer, by its name here, and what is wrong with it
   */
  public TokenIssuers(
      TokenWeb web,
      Executor threads,
      LongSupplier dayMillis,
      LongSupplier steadyMillis,
      TokenEvents events,
      BiConsumer<String, String> told) {
    this.web = web;
    this.threads = threads;
    this.dayMillis = dayMillis;
    this.steadyMillis = steadyMillis;
    this.events = events;
    this.told = told;
  }

  /** Where nobody issues tokens. */
  public static TokenIssuers none() {
    TokenEvents unheard = new TokenEvents((client, why) -> {});
    return new TokenIssuers(
        TokenWeb.NONE,
        Runnable::run,
        System::currentTimeMillis,
        () -> 0,
        unheard,
        (issuer, word) -> {});
  }

  /** The time of day, by which tokens end. */
  public long dayMillis() {
    return dayMillis.getAsLong();
  }

  /** Reads the files that issuers name. */
  public Tokens of(ServerConfig.Tokens config) throws AuthFileException {
    List<Issuer> issuers = new ArrayList<>();
    List<Tokens.Asked> asked = new ArrayList<>();
    for (IssuerConfig each : config.issuers()) {
      Issuer issuer = new Issuer(each, keys(each, config), config.leewaySeconds(), dayMillis);
      issuers.add(issuer);
      if (each.introspection().isPresent()) {
        asked.add(new Tokens.Asked(issuer, introspecting(each)));
      }
    }
    return new Tokens(issuers, asked, config.bytesMax(), threads, events);
  }

  private SigningKeys keys(IssuerConfig issuer, ServerConfig.Tokens config)
      throws AuthFileException {
    if (!issuer.keys().areSaid()) {
      return FixedKeys.NONE;
    }
    if (!issuer.keys().isRemote()) {
      return FixedKeys.of(issuer.keys());
    }
    RemoteKeys known = remote.get(issuer);
    if (known == null) {
      known =
          new RemoteKeys(
              web.keys(issuer),
              new RemoteKeys.Patience(
                  config.keysMaxAgeMillis(), config.keysOutageMillis(), config.keysRefetchMillis()),
              steadyMillis,
              word -> told.accept(issuer.name(), word));
      remote.put(issuer, known);
    }
    return known;
  }

  private Introspecting introspecting(IssuerConfig issuer) throws AuthFileException {
    Introspecting known = introspecting.get(issuer);
    if (known == null) {
      known = web.introspecting(issuer);
      introspecting.put(issuer, known);
    }
    return known;
  }
}
