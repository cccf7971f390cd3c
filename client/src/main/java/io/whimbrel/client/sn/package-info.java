/** A client of MQTT-SN gateways, for Java programs: what its users see. */
@NullMarked
package io.whimbrel.client.sn;

import org.jspecify.annotations.NullMarked;
