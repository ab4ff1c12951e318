import type { Member } from "@keyward/sdk/client/operations.generated";
import { membersText } from "../../text/members.ts";
import styles from "../../parts/toolbar.module.css";

export const MEMBER_ROLES = (["owner", "admin", "developer", "viewer"] as const).map((value) => ({
  value,
  label: membersText.roles[value],
}));

interface MemberRoleChoiceProps {
  readonly of: Member;
  readonly onRole: (role: Member["role"]) => void;
}

export function MemberRoleChoice({ of: { name, role }, onRole }: MemberRoleChoiceProps) {
  return (
    <select
      className={styles.select}
      aria-label={`${membersText.role}: ${name}`}
      value={role}
      onChange={({ target }) => {
        const chosen = MEMBER_ROLES.find(({ value }) => value === target.value);
        if (chosen !== undefined) onRole(chosen.value);
      }}
    >
      {MEMBER_ROLES.map(({ value, label }) => (
        <option key={value} value={value}>
          {label}
        </option>
      ))}
    </select>
  );
}
