package io.whimbrel.rules;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnitAccess;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Who may see whom, and what things are called. A rule that stands in the way of something better
 * is changed together with a decision record that says why. After a class was moved or removed,
 * {@code mvn clean} takes its old class file away, which these rules would still see.
 */
@AnalyzeClasses(locations = MainClasses.class)
final class DependencyLawTest {
  private static final String CODEC = "io.whimbrel.codec..";
  private static final String SPI = "io.whimbrel.spi..";
  private static final String CORE = "io.whimbrel.core..";
  private static final String SN = "io.whimbrel.sn..";
  private static final String PORT = "io.whimbrel.core.port";
  private static final String STORE = "io.whimbrel.store..";
  private static final String SERVER = "io.whimbrel.server..";
  private static final String CLI = "io.whimbrel.cli..";
  private static final String SIM = "io.whimbrel.sim..";
  private static final String JUNIT = "io.whimbrel.junit..";
  private static final String CLIENT = "io.whimbrel.client";
  private static final String LINE = "io.whimbrel.line..";
  private static final String LINKS = "io.whimbrel.links..";
  private static final String CLIENT_SN = "io.whimbrel.client.sn";

  /** Ports that are given to each connection when it is let in: no wiring. */
  private static final Set<String> OF_A_CONNECTION = Set.of("Rights", "SenderStamp", "Meter");

  private static final String ASSEMBLY = "io.whimbrel.server.Assembly";

  @ArchTest
  static final ArchRule codecSeesTheJdkAlone =
      classes()
          .that()
          .resideInAPackage(CODEC)
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(CODEC, "java..", "javax.crypto..", "org.jspecify..")
          .because("client, gateway and broker share the codec, and none may inherit a library")
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule spiSeesTheJdkAlone =
      classes()
          .that()
          .resideInAPackage(SPI)
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(SPI, "java..", "org.jspecify..")
          .because("who writes a plugin depends on it, and on nothing of the broker")
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule clientSeesCodecNettyAndTheJdkAlone =
      classes()
          .that()
          .resideInAPackage(CLIENT + "..")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              CLIENT + "..", CODEC, "io.netty..", "java..", "javax.net.ssl..", "org.jspecify..")
          .because("what a library brings along may contradict what its user has")
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule onlyLineSeesTheLibraryOfSerialPorts =
      noClasses()
          .that()
          .resideOutsideOfPackage(LINE)
          .should()
          .dependOnClassesThat()
          .resideInAPackage("com.fazecast..")
          .because("what has to be known to close its ports safely is in one place")
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule lineSeesTheJdkAlone =
      classes()
          .that()
          .resideInAPackage(LINE)
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(LINE, "com.fazecast..", "java..", "org.jspecify..")
          .because("clients and the broker share it, and nothing else")
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule onlyLinksSeeDtls =
      noClasses()
          .that()
          .resideOutsideOfPackages(LINKS, "io.whimbrel.server.dtls")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.eclipse.californium..")
          .because("its threads are its own; behind these nobody meets them")
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule clientShowsNobodyElsesTypes =
      classes()
          .that()
          .resideInAnyPackage(CLIENT, CLIENT_SN, LINKS)
          .and()
          .arePublic()
          .should(showOnly(CLIENT, CLIENT_SN, LINKS, CODEC, "java..", "javax.net.ssl.."))
          .because("Netty, or what is inside, could not change without its user's program")
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule theInsideOfTheClientDoesNotSeeWhatItsUserSees =
      noClasses()
          .that()
          .resideInAPackage(CLIENT + ".internal..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(CLIENT, CLIENT_SN)
          .because("the session is tested by itself, whatever the methods for users are like")
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule coreSeesCodecAndTheJdkAlone =
      classes()
          .that()
          .resideInAPackage(CORE)
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(CORE, CODEC, "java..", "org.jspecify..")
          .because("the core is simulated whole; what it needs of the world is a port in " + PORT)
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule snSeesCodecCoreAndTheJdkAlone =
      classes()
          .that()
          .resideInAPackage(SN)
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(SN, CORE, CODEC, "java..", "org.jspecify..")
          .because("devices are simulated with the core; links are behind a port")
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule codecAndCoreDoNoInputOrOutput =
      noClasses()
          .that()
          .resideInAnyPackage(CODEC, CORE, SN)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("java.io..", "java.net..", "java.nio.channels..", "java.nio.file..")
          .because("sockets and disks are behind ports, so that the simulator can make them fail")
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule codecAndCoreHaveNoThreadsAndNoLocks =
      noClasses()
          .that()
          .resideInAnyPackage(CODEC, CORE, SN)
          .should()
          .dependOnClassesThat()
          .resideInAPackage("java.util.concurrent.locks..")
          .orShould()
          .dependOnClassesThat()
          .areAssignableTo(Thread.class)
          .because("a shard is owned by one thread; others send it a message")
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule codecAndCoreHaveNoSynchronizedMethods =
      methods()
          .that()
          .areDeclaredInClassesThat()
          .resideInAnyPackage(CODEC, CORE, SN)
          .should()
          .notHaveModifier(JavaModifier.SYNCHRONIZED)
          .because("a shard is owned by one thread; others send it a message")
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule onlyTheAssemblyAndTheToolsSeeTheStore =
      classes()
          .that()
          .resideInAPackage(STORE)
          .should()
          .onlyHaveDependentClassesThat(
              DescribedPredicate.describe(
                  "are the assembly, the command line, the simulator or the store",
                  type ->
                      isAssembly(type)
                          || Stream.of("io.whimbrel.store", "io.whimbrel.cli", "io.whimbrel.sim")
                              .anyMatch(type.getPackageName()::startsWith)))
          .because("the broker knows the ports; which engine is behind them is decided once")
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule onlyTheStoreSeesRocksDb =
      noClasses()
          .that()
          .resideOutsideOfPackage(STORE)
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.rocksdb..")
          .because("its handles have to be closed in the right order, in one place")
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule onlyCliSimAndJunitSeeServer =
      classes()
          .that()
          .resideInAPackage(SERVER)
          .should()
          .onlyHaveDependentClassesThat()
          .resideInAnyPackage(SERVER, CLI, SIM, JUNIT)
          .because(
              "the edge is a shell around the core, and starting it is all that others do with it;"
                  + " what is shared belongs further in")
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule nobodySeesJunit =
      classes()
          .that()
          .resideInAPackage(JUNIT)
          .should()
          .onlyHaveDependentClassesThat()
          .resideInAPackage(JUNIT)
          .because("what is shipped to run has no part of what is shipped to test")
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule nobodySeesCli =
      classes()
          .that()
          .resideInAPackage(CLI)
          .should()
          .onlyHaveDependentClassesThat()
          .resideInAPackage(CLI)
          .because("the command line is the outermost ring; move what others need to server")
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule packagesHaveNoCycles =
      slices()
          .matching("io.whimbrel.(**)")
          .should()
          .beFreeOfCycles()
          .because("packages that need each other are one; move the shared type to the one below")
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule packagesAreShallow =
      classes()
          .should()
          .resideInAnyPackage("io.whimbrel.*", "io.whimbrel.*.*")
          .because("io.whimbrel.module.topic says enough; a deeper package is a module that hides")
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule namesSayWhatAThingIs =
      noClasses()
          .should()
          .haveNameMatching(".*(Impl|Manager|Helper|Util|Utils|Info|Data)")
          .because("such a name fits everything; use the specification's noun")
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule namesDoNotSayHowAThingIsBuilt =
      noClasses()
          .should()
          .haveNameMatching("(.*[.$])?Abstract.*")
          .because("prefer an interface and final classes; else name what the kinds have in common")
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule interfacesHaveNoPrefix =
      noClasses()
          .that()
          .areInterfaces()
          .should()
          .haveNameMatching("(.*[.$])?I[A-Z].*")
          .because("the interface has the good name, its implementations say how they differ")
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule adaptersAreBuiltByTheAssemblyAlone =
      classes()
          .that()
          .resideInAPackage(SERVER)
          .and(implementAPort())
          .should(beConstructedByTheAssemblyAlone())
          .because("one page shows the wiring; hand in the port, or a factory that Assembly makes")
          .allowEmptyShould(true);

  private static ArchCondition<JavaClass> showOnly(String... packages) {
    return new ArchCondition<>("show types of " + String.join(", ", packages) + " alone") {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        Stream<JavaClass> above =
            Stream.concat(type.getRawSuperclass().stream(), type.getRawInterfaces().stream());
        above.forEach(shown -> judge(type.getName(), shown, events));
        type.getMembers().stream()
            .filter(member -> isShown(member.getModifiers()))
            .forEach(
                member ->
                    member
                        .getAllInvolvedRawTypes()
                        .forEach(shown -> judge(member.getFullName(), shown, events)));
      }

      private void judge(String who, JavaClass shown, ConditionEvents events) {
        JavaClass one = shown.getBaseComponentType();
        boolean granted = one.isPrimitive() || resideInAnyPackage(packages).test(one);
        if (!granted) {
          events.add(SimpleConditionEvent.violated(one, who + " shows " + one.getName()));
        }
      }
    };
  }

  private static boolean isShown(Set<JavaModifier> modifiers) {
    return modifiers.contains(JavaModifier.PUBLIC) || modifiers.contains(JavaModifier.PROTECTED);
  }

  private static DescribedPredicate<JavaClass> implementAPort() {
    return DescribedPredicate.describe(
        "implement a port of the core",
        type ->
            !type.isInterface()
                && type.getAllRawInterfaces().stream()
                    .anyMatch(
                        port ->
                            port.getPackageName().equals(PORT)
                                && !OF_A_CONNECTION.contains(port.getSimpleName())));
  }

  private static ArchCondition<JavaClass> beConstructedByTheAssemblyAlone() {
    return new ArchCondition<>("be constructed by " + ASSEMBLY + " alone") {
      @Override
      public void check(JavaClass adapter, ConditionEvents events) {
        Stream<JavaCodeUnitAccess<?>> uses =
            Stream.concat(
                adapter.getConstructorCallsToSelf().stream(),
                adapter.getConstructorReferencesToSelf().stream());
        uses.filter(use -> !use.getOriginOwner().equals(adapter))
            .filter(use -> !isAssembly(use.getOriginOwner()))
            .forEach(use -> events.add(SimpleConditionEvent.violated(use, use.getDescription())));
      }
    };
  }

  private static boolean isAssembly(JavaClass type) {
    return type.getName().equals(ASSEMBLY) || type.getName().startsWith(ASSEMBLY + "$");
  }
}
