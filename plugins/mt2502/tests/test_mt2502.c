/* SPDX-License-Identifier: MIT */
/* Holds the module against a dump that the SDK makes in the manner of the chip. */
#include "mtkscan/selfcheck.h"

int main(void)
{
    mtkscan_fixture fixture;
    mtkscan_fixture_preset(&fixture, "MT2502");
    return mtkscan_selfcheck(&mtkscan_plugin_entry_v1, &fixture, stdout) == 0 ? 0 : 1;
}
