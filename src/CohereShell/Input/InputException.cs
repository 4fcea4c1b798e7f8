namespace CohereShell.Input;

/// <summary>An input that nothing can be made of, and the error that says why.</summary>
internal sealed class InputException : Exception
{
    public InputException(ErrorRecord error)
        : base(error.Exception.Message) => Error = error;

    public ErrorRecord Error { get; }
}
