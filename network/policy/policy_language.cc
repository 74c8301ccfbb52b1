#include <cctype>
#include <optional>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "network/common/status_macros.h"
#include "network/msp/role_principal.h"
#include "network/policy/policy.h"

namespace suyuan {
namespace {

constexpr int kMaxDepth = 32;
constexpr size_t kMaxText = 64 << 10;

struct Expression {
  std::optional<::common::MSPRole> principal;  // a leaf
  int n = 0;
  std::vector<Expression> rules;
};

// A recursive descent over: gate '(' [n ','] argument {',' argument} ')' | quoted principal.
class Parser {
 public:
  explicit Parser(absl::string_view text) : text_(text) {}

  absl::StatusOr<Expression> Parse() {
    SUYUAN_ASSIGN_OR_RETURN(Expression expression, ParseExpression(0));
    SkipSpace();
    if (at_ != text_.size()) return Error("text after the end of the policy");
    return expression;
  }

 private:
  absl::Status Error(absl::string_view reason) const {
    return absl::InvalidArgumentError(absl::StrCat("policy, position ", at_ + 1, ": ", reason));
  }

  void SkipSpace() {
    while (at_ < text_.size() && absl::ascii_isspace(text_[at_])) ++at_;
  }

  bool Accept(char c) {
    SkipSpace();
    if (at_ == text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  std::string Word() {
    SkipSpace();
    const size_t start = at_;
    while (at_ < text_.size() && absl::ascii_isalnum(text_[at_])) ++at_;
    return std::string(text_.substr(start, at_ - start));
  }

  absl::StatusOr<Expression> ParseExpression(int depth) {
    if (depth > kMaxDepth) return Error("nested too deep");
    SkipSpace();
    if (at_ < text_.size() && (text_[at_] == '\'' || text_[at_] == '"')) return ParsePrincipal();
    const std::string gate = absl::AsciiStrToLower(Word());
    if (gate != "and" && gate != "or" && gate != "outof") {
      return Error("expected AND, OR, OutOf or a quoted principal such as 'Org1MSP.peer'");
    }
    if (!Accept('(')) return Error("expected '('");
    Expression expression;
    if (gate == "outof") {
      SUYUAN_RETURN_IF_ERROR(ParseCount(&expression.n));
    }
    do {
      SUYUAN_ASSIGN_OR_RETURN(Expression rule, ParseExpression(depth + 1));
      expression.rules.push_back(std::move(rule));
    } while (Accept(','));
    if (!Accept(')')) return Error("expected ',' or ')'");
    const int count = static_cast<int>(expression.rules.size());
    if (gate == "and") expression.n = count;
    if (gate == "or") expression.n = 1;
    if (expression.n > count) return Error(absl::StrCat("OutOf asks for more than ", count));
    return expression;
  }

  absl::Status ParseCount(int* n) {
    const bool quoted = Accept('\'');
    if (!absl::SimpleAtoi(Word(), n) || *n < 0) return Error("expected a number after OutOf(");
    if (quoted && !Accept('\'')) return Error("expected a closing quote");
    if (!Accept(',')) return Error("expected ','");
    return absl::OkStatus();
  }

  absl::StatusOr<Expression> ParsePrincipal() {
    const char quote = text_[at_];
    const size_t end = text_.find(quote, at_ + 1);
    if (end == absl::string_view::npos) return Error("expected a closing quote");
    const absl::string_view body = text_.substr(at_ + 1, end - at_ - 1);
    const size_t dot = body.rfind('.');
    ::common::MSPRole role;
    ::common::MSPRole::MSPRoleType type;
    if (dot == absl::string_view::npos || dot == 0) return Error("expected 'MSPID.role'");
    for (char c : body.substr(0, dot)) {
      if (!absl::ascii_isalnum(c) && c != '.' && c != '-' && c != '_') {
        return Error("a character that no MSP id has");
      }
    }
    const absl::string_view name = body.substr(dot + 1);
    if (absl::AsciiStrToLower(name) != name ||
        !::common::MSPRole::MSPRoleType_Parse(absl::AsciiStrToUpper(name), &type)) {
      return Error("the role must be member, admin, client, peer or orderer");
    }
    role.set_msp_identifier(std::string(body.substr(0, dot)));
    role.set_role(type);
    at_ = end + 1;
    Expression leaf;
    leaf.principal = role;
    return leaf;
  }

  const absl::string_view text_;
  size_t at_ = 0;
};

// Numbers principals as Fabric's tools do, inner gates before the leaves beside
// them: approvals of one text must have the same bytes whoever made them.
class Writer {
 public:
  explicit Writer(::common::SignaturePolicyEnvelope* out) : out_(out) {}

  void Write(const Expression& e, ::common::SignaturePolicy* rule) {
    if (e.principal) return WriteLeaf(*e.principal, rule);
    auto* gate = rule->mutable_n_out_of();
    gate->set_n(e.n);
    for (size_t i = 0; i < e.rules.size(); ++i) gate->add_rules();
    for (const bool leaves : {false, true}) {
      for (size_t i = 0; i < e.rules.size(); ++i) {
        if (e.rules[i].principal.has_value() != leaves) continue;
        Write(e.rules[i], gate->mutable_rules(static_cast<int>(i)));
      }
    }
  }

 private:
  void WriteLeaf(const ::common::MSPRole& role, ::common::SignaturePolicy* rule) {
    rule->set_signed_by(out_->identities_size());
    *out_->add_identities() = RolePrincipal(role.msp_identifier(), role.role());
  }

  ::common::SignaturePolicyEnvelope* out_;
};

}  // namespace

absl::StatusOr<::common::SignaturePolicyEnvelope> ParsePolicy(absl::string_view text) {
  if (text.size() > kMaxText) return absl::InvalidArgumentError("policy: longer than 64 KiB");
  SUYUAN_ASSIGN_OR_RETURN(Expression expression, Parser(text).Parse());
  ::common::SignaturePolicyEnvelope envelope;
  Writer(&envelope).Write(expression, envelope.mutable_rule());
  return envelope;
}

::common::SignaturePolicyEnvelope AnyOf(absl::Span<const std::string> msp_ids,
                                        ::common::MSPRole::MSPRoleType role) {
  Expression any{.n = 1};
  for (const std::string& id : msp_ids) {
    ::common::MSPRole principal;
    principal.set_msp_identifier(id);
    principal.set_role(role);
    any.rules.push_back({.principal = principal});
  }
  ::common::SignaturePolicyEnvelope envelope;
  Writer(&envelope).Write(any, envelope.mutable_rule());
  return envelope;
}

}  // namespace suyuan
