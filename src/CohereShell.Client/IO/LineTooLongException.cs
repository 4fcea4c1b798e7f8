namespace CohereShell;

/// <summary>A line that is too long to be one. The line behind it can be read.</summary>
internal sealed class LineTooLongException : IOException
{
    /// <param name="message">The line and the limit, without a full stop.</param>
    public LineTooLongException(string message)
        : base(message)
    {
    }
}
