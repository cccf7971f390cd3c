/** Devices that speak MQTT-SN: the links of their gateway. */
@NullMarked
package io.whimbrel.server.sn;

import org.jspecify.annotations.NullMarked;
