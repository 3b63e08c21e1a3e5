// The sections of the configuration that are of one method each, for reading and for writing.
#pragma once

#include "engine/config_io.hpp"

namespace mfa::engine {

void visit(ConfigReader &v, TotpConfig &c);
void visit(ConfigWriter &v, TotpConfig &c);
void visit(ConfigReader &v, HotpConfig &c);
void visit(ConfigWriter &v, HotpConfig &c);
void visit(ConfigReader &v, WebauthnConfig &c);
void visit(ConfigWriter &v, WebauthnConfig &c);
void visit(ConfigReader &v, U2fConfig &c);
void visit(ConfigWriter &v, U2fConfig &c);
void visit(ConfigReader &v, EmailConfig &c);
void visit(ConfigWriter &v, EmailConfig &c);
void visit(ConfigReader &v, RecoveryConfig &c);
void visit(ConfigWriter &v, RecoveryConfig &c);

}  // namespace mfa::engine
