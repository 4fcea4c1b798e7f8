using System.Diagnostics.CodeAnalysis;

namespace CohereShell;

/// <summary>The forms in which the rows of a dataset can be had.</summary>
public enum DatasetFileFormat
{
    /// <summary>JSON Lines: a JSON object in each line.</summary>
    Jsonl,

    /// <summary>Comma-separated values, with a line of names.</summary>
    Csv,

    /// <summary>An Avro object container file, as Cohere stores it.</summary>
    Avro,

    /// <summary>Objects on the pipeline.</summary>
    [SuppressMessage("Naming", "CA1720:Identifier contains type name", Justification = "It is the word that users of PowerShell have for it.")]
    Object,
}
