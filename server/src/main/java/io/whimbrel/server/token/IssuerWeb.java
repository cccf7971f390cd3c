package io.whimbrel.server.token;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.whimbrel.server.ask.AskException;
import io.whimbrel.server.ask.AskException.Why;
import io.whimbrel.server.ask.Json;
import io.whimbrel.server.ask.Question;
import io.whimbrel.server.ask.Reply;
import io.whimbrel.server.ask.Web;
import io.whimbrel.server.ask.WebClient;
import io.whimbrel.server.config.HttpUrl;
import io.whimbrel.server.config.IssuerConfig;
import io.whimbrel.server.files.AuthFileException;
import io.whimbrel.server.metrics.AskVitals;
import java.net.URI;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;

/** Speaks to issuers by HTTP. Its sources are callable from every thread. */
public final class IssuerWeb implements TokenWeb, AutoCloseable {
  private static final Map<String, String> JSON = Map.of("Accept", "application/json");
  private static final String DISCOVERY = "/.well-known/openid-configuration";

  private final long timeoutMillis;
  private final LongSupplier steadyMillis;
  private final BiConsumer<String, String> told;
  private final Map<Optional<Path>, WebClient> clients = new HashMap<>();
  private final List<AskVitals> asked = new CopyOnWriteArrayList<>();

  /**
   * @param timeoutMillis for all of a question
   * @param steadyMillis time that runs evenly
   * @param told hears of an issuer, by its name here, and what is wrong with it
   */
  public IssuerWeb(long timeoutMillis, LongSupplier steadyMillis, BiConsumer<String, String> told) {
    this.timeoutMillis = timeoutMillis;
    this.steadyMillis = steadyMillis;
    this.told = told;
  }

  @Override
  public KeySource keys(IssuerConfig issuer) throws AuthFileException {
    Web web = web(issuer);
    if (issuer.keys().jwksUrl().isPresent()) {
      URI url = issuer.keys().jwksUrl().get();
      return () -> get(web, url).thenApply(IssuerWeb::fetched);
    }
    URI page = URI.create(issuer.issuer().replaceAll("/+$", "") + DISCOVERY);
    return () ->
        get(web, page)
            .thenCompose(
                reply -> {
                  URI url = keysOf(issuer.issuer(), reply);
                  return get(web, url).thenApply(IssuerWeb::fetched);
                });
  }

  @Override
  public Introspecting introspecting(IssuerConfig issuer) throws AuthFileException {
    IssuerConfig.Introspection where = issuer.introspection().orElseThrow();
    String secret =
        where.secretFile().isPresent()
            ? new String(FixedKeys.secretOf(where.secretFile().get()), UTF_8)
            : "";
    Introspection introspection =
        new Introspection(
            "issuers." + issuer.name() + ".introspection-url",
            where.url(),
            where.client(),
            secret,
            where.cacheMillis(),
            web(issuer),
            steadyMillis,
            word -> told.accept(issuer.name(), word));
    asked.add(introspection.vitals());
    return token -> introspection.ask(token).thenApply(said -> said.map(Claims::new));
  }

  /** How all issuers do that are asked about tokens. */
  public AskVitals vitals() {
    return new AskVitals() {
      @Override
      public long answered() {
        return asked.stream().mapToLong(AskVitals::answered).sum();
      }

      @Override
      public long shared() {
        return asked.stream().mapToLong(AskVitals::shared).sum();
      }

      @Override
      public long failed() {
        return asked.stream().mapToLong(AskVitals::failed).sum();
      }

      @Override
      public long unasked() {
        return asked.stream().mapToLong(AskVitals::unasked).sum();
      }

      @Override
      public boolean isOpen() {
        return asked.stream().anyMatch(AskVitals::isOpen);
      }
    };
  }

  private Web web(IssuerConfig issuer) throws AuthFileException {
    Optional<Path> ca = issuer.keys().ca();
    WebClient known = clients.get(ca);
    if (known == null) {
      known = new WebClient(timeoutMillis, false, ca);
      clients.put(ca, known);
    }
    return known;
  }

  private static CompletionStage<Reply> get(Web web, URI url) {
    return web.send(new Question(url, "GET", JSON, new byte[0]))
        .thenCompose(
            reply ->
                reply.status() == 200
                    ? CompletableFuture.completedFuture(reply)
                    : CompletableFuture.failedFuture(
                        useless(url + " answered with status " + reply.status())));
  }

  private static KeySource.Fetched fetched(Reply reply) {
    long age = reply.maxAgeSeconds();
    return new KeySource.Fetched(new String(reply.body(), UTF_8), age < 0 ? -1 : age * 1_000);
  }

  /** OpenID Connect Discovery 1.0, 4.3: the page has to be about the issuer that was asked. */
  private static URI keysOf(String issuer, Reply page) {
    Map<String, Object> said = Json.object(page.body()).orElse(Map.of());
    if (!issuer.equals(said.get("issuer"))) {
      throw useless("its openid-configuration is about another issuer");
    }
    if (said.get("jwks_uri") instanceof String text) {
      try {
        URI url = URI.create(text);
        if (HttpUrl.problem(url, false).isEmpty()) {
          return url;
        }
      } catch (IllegalArgumentException none) {
        // told below
      }
    }
    throw useless("its openid-configuration has no jwks_uri that could be asked");
  }

  private static AskException useless(String why) {
    return new AskException(Why.USELESS, why);
  }

  /** Ends what is under way. */
  @Override
  public void close() {
    clients.values().forEach(WebClient::close);
  }
}
