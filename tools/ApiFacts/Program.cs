using System;
using System.IO;
using CohereShell.Tools;

// dotnet run --project tools/ApiFacts [-- <description.yaml> [<facts.json>]]
string? description = args.Length > 0 ? args[0] : ApiDescriptionFile.Find();
if (description is null)
{
    Console.Error.WriteLine(
        $"The API description doesn't exist beside this clone ({ApiDescriptionFile.RelativePath}). "
        + $"Specify its path, or set {ApiDescriptionFile.Variable}.");
    return 1;
}

string facts = args.Length > 1 ? args[1] : ApiDescriptionFile.Above(ApiFacts.RelativePath)
    ?? throw new FileNotFoundException($"Run this tool inside the repository, or specify where to write {ApiFacts.RelativePath}.");
File.WriteAllText(facts, ApiFacts.Generate(description));
Console.WriteLine($"Wrote {facts}");
return 0;
