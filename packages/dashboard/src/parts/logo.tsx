import mark from "../style/keyward.svg";
import styles from "./logo.module.css";

export function Logo() {
  return (
    <span className={styles.logo}>
      <img src={mark} alt="" width="26" height="26" />
      Keyward
    </span>
  );
}
