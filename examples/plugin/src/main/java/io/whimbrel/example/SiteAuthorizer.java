package io.whimbrel.example;

import io.whimbrel.spi.Authorizer;
import io.whimbrel.spi.Client;
import io.whimbrel.spi.Permissions;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Keeps a device to its site: it publishes below {@code SITE/NAME/} and hears what is below {@code
 * SITE/}. Others may do everything, as far as rules grant it.
 */
public final class SiteAuthorizer implements Authorizer {
  private Registry registry = new Registry(Map.of("device.none", "none,none"));

  @Override
  public String name() {
    return "sites";
  }

  @Override
  public void start(Map<String, String> settings) {
    registry = new Registry(settings);
  }

  @Override
  public CompletionStage<Permissions> permissions(Client client) {
    Optional<String> site =
        client.method().equals("devices") ? registry.site(client.user()) : Optional.empty();
    return CompletableFuture.completedFuture(
        site.<Permissions>map(at -> new OfSite(at + "/", at + "/" + client.user() + "/"))
            .orElse(new Everything()));
  }

  /** A device's: its site and its own topics, both with a slash at the end. */
  private record OfSite(String site, String own) implements Permissions {
    @Override
    public boolean mayPublish(String topic, int qos, boolean retain) {
      return topic.startsWith(own);
    }

    @Override
    public int maySubscribe(String filter, int qos) {
      return filter.startsWith(site) ? qos : -1; // the site itself has no wildcard
    }

    @Override
    public boolean mayReceive(String topic) {
      return topic.startsWith(site);
    }
  }

  /** Anybody else's. */
  private record Everything() implements Permissions {
    @Override
    public boolean mayPublish(String topic, int qos, boolean retain) {
      return true;
    }

    @Override
    public int maySubscribe(String filter, int qos) {
      return qos;
    }

    @Override
    public boolean mayReceive(String topic) {
      return true;
    }
  }
}
