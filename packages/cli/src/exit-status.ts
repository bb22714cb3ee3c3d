/** Ends the command with a status after what was wrong has been printed already. */
export class ExitStatus extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.name = "ExitStatus";
    this.status = status;
  }
}
