package io.whimbrel.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Starts a broker for the tests of a class and gives it to this field, of type {@link
 * EmbeddedBroker}, of any visibility and not final. A static field has one broker for all tests of
 * the class; any other has a new one for each test.
 *
 * <pre>{@code
 * @Broker static EmbeddedBroker broker;
 *
 * @Broker({"limits.receive-maximum=10", "limits.queue-messages-max=100"})
 * EmbeddedBroker narrow;
 * }</pre>
 *
 * <p>It is there before the class's own {@code @BeforeAll} or {@code @BeforeEach}, and gone, with
 * its directory, after {@code @AfterAll} or {@code @AfterEach}. Before each test the broker of a
 * static field forgets what it heard and all faults, and is started if a test has stopped it;
 * sessions and retained messages stay. Tests that run at the same time better have a broker each.
 */
@Documented
@ExtendWith(BrokerExtension.class)
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.FIELD)
public @interface Broker {
  /** Settings, as {@code key=value}; see {@link EmbeddedBroker#start(java.util.Map)}. */
  String[] value() default {};
}
