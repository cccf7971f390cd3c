package io.whimbrel.junit;

import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.platform.commons.support.AnnotationSupport;
import org.junit.platform.commons.support.ModifierSupport;

/**
 * Starts the brokers of fields with {@link Broker} and ends them. Has no state of its own: what was
 * started is in the store of its context, so that one instance serves any number of classes.
 */
final class BrokerExtension
    implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback, AfterAllCallback {
  private static final Namespace OURS = Namespace.create(BrokerExtension.class);

  /** What a context has started. */
  private record Started(List<EmbeddedBroker> brokers) {}

  @Override
  public void beforeAll(ExtensionContext context) {
    Started started = begin(context);
    start(context.getRequiredTestClass(), null, ModifierSupport::isStatic, started);
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    for (var at = context.getParent(); at.isPresent(); at = at.get().getParent()) {
      Started shared = at.get().getStore(OURS).get(at.get().getUniqueId(), Started.class);
      if (shared != null) {
        shared.brokers.forEach(EmbeddedBroker::beginAnew);
      }
    }
    Started started = begin(context);
    for (Object instance : context.getRequiredTestInstances().getAllInstances()) {
      start(instance.getClass(), instance, ModifierSupport::isNotStatic, started);
    }
  }

  /** By its own id: a store shows what those of its parents have. */
  private static Started begin(ExtensionContext context) {
    Started started = new Started(new ArrayList<>());
    context.getStore(OURS).put(context.getUniqueId(), started);
    return started;
  }

  private static void start(
      Class<?> type, @Nullable Object instance, Predicate<Field> those, Started started) {
    for (Field field : AnnotationSupport.findAnnotatedFields(type, Broker.class, those)) {
      Map<String, String> settings = settings(field);
      EmbeddedBroker broker = EmbeddedBroker.start(settings);
      started.brokers.add(broker);
      try {
        field.setAccessible(true);
        field.set(instance, broker);
      } catch (IllegalAccessException unreachable) {
        throw wrong(field, "cannot be set", unreachable);
      }
    }
  }

  static Map<String, String> settings(Field field) {
    if (field.getType() != EmbeddedBroker.class) {
      throw wrong(field, "has to be of type " + EmbeddedBroker.class.getSimpleName(), null);
    }
    if (ModifierSupport.isFinal(field)) {
      throw wrong(field, "may not be final", null);
    }
    Map<String, String> settings = new LinkedHashMap<>();
    for (String each : field.getAnnotation(Broker.class).value()) {
      int equals = each.indexOf('=');
      if (equals < 1) {
        throw wrong(field, "has a setting that is not key=value: \"" + each + "\"", null);
      }
      settings.put(each.substring(0, equals).strip(), each.substring(equals + 1).strip());
    }
    return settings;
  }

  private static ExtensionConfigurationException wrong(
      Field field, String what, @Nullable Exception cause) {
    String name = field.getDeclaringClass().getSimpleName() + "." + field.getName();
    return new ExtensionConfigurationException("@Broker " + name + " " + what, cause);
  }

  @Override
  public void afterEach(ExtensionContext context) {
    end(context);
  }

  @Override
  public void afterAll(ExtensionContext context) {
    end(context);
  }

  private static void end(ExtensionContext context) {
    Started started = context.getStore(OURS).remove(context.getUniqueId(), Started.class);
    if (started == null) {
      return; // it was never begun
    }
    RuntimeException first = null;
    for (EmbeddedBroker broker : started.brokers) {
      try {
        broker.close();
      } catch (RuntimeException failed) {
        if (first == null) {
          first = failed;
        } else {
          first.addSuppressed(failed);
        }
      }
    }
    if (first != null) {
      throw first;
    }
  }
}
