package io.whimbrel.rules;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.concurrent.TimeUnit;

/** What tests may not do. */
@AnalyzeClasses(locations = TestClasses.class)
final class TestLawTest {
  @ArchTest
  static final ArchRule testsDoNotSleep =
      noClasses()
          .should()
          .callMethodWhere(theySleep())
          .because("advance virtual time or await the event: a sleep is too long or too short")
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule testsMockNothing =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.mockito..", "org.easymock..", "org.jmock..")
          .because("a mock repeats the code it replaces; use the real object, or a fake at a port")
          .allowEmptyShould(true);

  private static DescribedPredicate<JavaCall<?>> theySleep() {
    return DescribedPredicate.describe(
        "they sleep",
        call ->
            call.getName().equals("sleep")
                && (call.getTargetOwner().isEquivalentTo(Thread.class)
                    || call.getTargetOwner().isEquivalentTo(TimeUnit.class)));
  }
}
